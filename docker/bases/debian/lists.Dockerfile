# The package lists, fetched once for all stand-ins; they are mounted and so in no image.
FROM debian
RUN apt-get update -q
