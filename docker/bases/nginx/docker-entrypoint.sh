#!/bin/sh
# As the official image: what lies in /docker-entrypoint.d runs first.
set -e
if [ "${1:-}" = nginx ]; then
  for file in /docker-entrypoint.d/*.sh; do
    [ ! -x "$file" ] || "$file"
  done
fi
exec "$@"
