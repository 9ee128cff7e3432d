#!/bin/sh
# As the official image: options and script names go to node, everything else is a command.
set -e
case ${1:-} in
  -*) exec node "$@" ;;
esac
if ! command -v "${1:-}" > /dev/null 2>&1 || { [ -f "$1" ] && [ ! -x "$1" ]; }; then
  exec node "$@"
fi
exec "$@"
