#!/usr/bin/env bash
# The part of the official image's contract that compose files use: POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB
# (each also as *_FILE), POSTGRES_INITDB_ARGS, POSTGRES_HOST_AUTH_METHOD, PGDATA, /docker-entrypoint-initdb.d.
set -euo pipefail

stop() {
  printf 'postgres: %s\n' "$*" >&2
  exit 1
}

# Take NAME from the file that NAME_FILE names, or from NAME, or the default.
read_setting() {
  local name=$1 fallback=${2:-} file=${1}_FILE
  if [ -n "${!file:-}" ]; then
    export "$name=$(< "${!file}")"
  else
    export "$name=${!name:-$fallback}"
  fi
}

run_sql() { psql --no-psqlrc --set ON_ERROR_STOP=1 --quiet --username "$POSTGRES_USER" --no-password "$@"; }

run_init_file() {
  case $1 in
    *.sh) if [ -x "$1" ]; then "$1"; else
      # shellcheck disable=SC1090 # the file is the user's
      . "$1"
    fi ;;
    *.sql) run_sql --dbname "$POSTGRES_DB" --file "$1" ;;
    *.sql.gz) gunzip --stdout "$1" | run_sql --dbname "$POSTGRES_DB" ;;
    *) printf 'postgres: ignoring %s\n' "$1" ;;
  esac
}

create_cluster() {
  local options file
  read_setting POSTGRES_USER postgres
  read_setting POSTGRES_PASSWORD
  read_setting POSTGRES_DB "$POSTGRES_USER"
  read_setting POSTGRES_INITDB_ARGS
  : "${POSTGRES_HOST_AUTH_METHOD:=}"
  if [ -z "$POSTGRES_PASSWORD" ] && [ "$POSTGRES_HOST_AUTH_METHOD" != trust ]; then
    stop 'no superuser password: set POSTGRES_PASSWORD (or POSTGRES_HOST_AUTH_METHOD=trust)'
  fi
  read -ra options <<< "$POSTGRES_INITDB_ARGS"
  initdb --username="$POSTGRES_USER" --pwfile=<(printf '%s\n' "$POSTGRES_PASSWORD") "${options[@]}"
  printf '\nhost all all all %s\n' "${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}" >> "$PGDATA/pg_hba.conf"
  # Only the socket while the first scripts run: nobody outside may take a half-made database for a ready one.
  pg_ctl -D "$PGDATA" -o "-c listen_addresses='' -p 5432" -w start
  if [ "$POSTGRES_DB" != postgres ]; then
    run_sql --dbname postgres --set name="$POSTGRES_DB" <<< 'CREATE DATABASE :"name";'
  fi
  for file in /docker-entrypoint-initdb.d/*; do
    [ -e "$file" ] || continue
    printf 'postgres: running %s\n' "$file"
    run_init_file "$file"
  done
  pg_ctl -D "$PGDATA" -m fast -w stop
  printf '\npostgres: the database is ready for start up\n\n'
}

case ${1:-postgres} in
  -*) set -- postgres "$@" ;;
esac
if [ "${1:-postgres}" = postgres ]; then
  mkdir -p "$PGDATA" /var/run/postgresql
  if [ "$(id -u)" = 0 ]; then
    chown -R postgres:postgres "$PGDATA" /var/run/postgresql
    chmod 700 "$PGDATA"
    exec gosu postgres "$0" "$@"
  fi
  [ -s "$PGDATA/PG_VERSION" ] || create_cluster
fi
exec "$@"
