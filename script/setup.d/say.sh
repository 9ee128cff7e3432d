# shellcheck shell=bash
# How setup talks: one line per step, a sign of life while a long one runs, and an end that says what to do.

say() { printf 'setup: %s\n' "$*"; }

fail() {
  printf 'setup: cannot go on: %s\n  where: %s\n  what to do: %s\n' "$1" "$2" "$3" >&2
  exit 75
}

# Run a long command with its output in a log: TITLE LOG COMMAND…; returns the command's status.
run_long() {
  local title=$1 log=$2 pid status=0 waited=0
  shift 2
  say "$title"
  "$@" > "$log" 2>&1 < /dev/null &
  pid=$!
  # A job in the background does not hear Ctrl-C.
  # shellcheck disable=SC2064 # the number is wanted as it is now
  trap "kill $pid 2> /dev/null; exit 130" INT TERM
  while kill -0 "$pid" 2> /dev/null; do
    sleep 0.2
    waited=$((waited + 1))
    if [ $((waited % 50)) = 0 ]; then
      say "  $((waited / 5)) s … $(tail -n 1 "$log" | tr -cd '[:print:]' | cut -c 1-100)"
    fi
  done
  wait "$pid" || status=$?
  trap - INT TERM
  [ "$status" = 0 ] || tail -n 20 "$log" >&2
  return "$status"
}

# Whether the process in PIDFILE still runs and really is NAME: numbers are given again after a restart, and where
# nobody reaps it, a process that was killed stays in the list.
runs_as() {
  local pid
  pid=$(cat "$1" 2> /dev/null) || return 1
  [ -n "$pid" ] && [ "$(cat "/proc/$pid/comm" 2> /dev/null)" = "$2" ] && ! is_dead "$pid"
}

is_dead() { ! kill -0 "$1" 2> /dev/null || [ "$(cut -d ' ' -f 3 "/proc/$1/stat" 2> /dev/null)" = Z ]; }

# Ask the process in PIDFILE to end if it is NAME, and insist after 40 s.
stop_process() {
  local pid waited=0
  if runs_as "$1" "$2"; then
    pid=$(cat "$1")
    kill -TERM "$pid"
    while ! is_dead "$pid"; do
      sleep 0.1
      waited=$((waited + 1))
      [ "$waited" -lt 400 ] || kill -KILL "$pid" 2> /dev/null || true
    done
  fi
  rm -f "$1"
}

# Whether DIRECTORY's disk has MEGABYTES left.
need_disk() {
  local free
  free=$(df -Pm "$1" | awk 'NR == 2 { print $4 }')
  [ "$free" -ge "$2" ] || fail "no disk: $free MB free, $3 needs $2 MB" "$1" 'make room and run script/setup again'
}
