#!/bin/sh
# Write .env with a random password for the local database, once; compose reads it by itself.
set -eu
cd "$(dirname "$0")/.."
if [ -e .env ]; then
  echo ".env is there already"
  exit 0
fi
umask 077
printf 'POSTGRES_PASSWORD=%s\n' "$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')" >.env
echo ".env written"
