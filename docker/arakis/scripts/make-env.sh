#!/bin/sh
# Write .env with random passwords, once; compose reads it by itself.
set -eu
cd "$(dirname "$0")/.."
if [ -e .env ]; then
  echo ".env is there already"
  exit 0
fi
umask 077
for name in POSTGRES_PASSWORD MINIO_ROOT_PASSWORD; do
  printf '%s=%s\n' "$name" "$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')"
done >.env
echo ".env written"
