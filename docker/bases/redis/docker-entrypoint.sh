#!/bin/sh
# As the official image: options go to redis-server, root becomes redis, and other containers may connect.
set -e
case ${1:-redis-server} in
  -* | *.conf) set -- redis-server "$@" ;;
esac
if [ "$1" = redis-server ] && [ "$(id -u)" = 0 ]; then
  find . \! -user redis -exec chown redis '{}' +
  exec gosu redis "$0" "$@"
fi
if [ "$1" = redis-server ]; then
  umask 0077
  shift
  set -- redis-server "$@" --protected-mode no
fi
exec "$@"
