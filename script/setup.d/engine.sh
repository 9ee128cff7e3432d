# shellcheck shell=bash disable=SC2154 # script/setup sets what is not set here
# A Docker engine: the one that answers, untouched; else Debian's, started here without systemd.

engine_packages='docker.io docker-cli docker-buildx docker-compose containerd crane tini-static runc iptables'
dockerd_pid=$run/dockerd.pid
system_plugins='/usr/libexec/docker/cli-plugins /usr/local/libexec/docker/cli-plugins /usr/lib/docker/cli-plugins /usr/local/lib/docker/cli-plugins'

# Every docker client on the machine: one of another version may stand first on PATH.
docker_clients() {
  { type -ap docker || true; printf '%s\n' /usr/bin/docker /usr/local/bin/docker; } \
    | grep -v "^$tools/" | awk '!seen[$0]++' | while read -r client; do [ ! -x "$client" ] || printf '%s\n' "$client"; done
}

# The version of the engine that answers, or nothing; what the client said goes to engine.log.
engine_version() {
  local client
  client=$(docker_clients | head -n 1)
  [ -n "$client" ] || return 0
  timeout 20 "$client" version --format '{{.Server.Version}}' 2> "$state/log/engine.log" || true
}

is_at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }

# Link the client and plugins that fit the engine into .tools/docker/bin: by version, not by their place on PATH.
link_client() {
  local engine=$1 client version best='' plugin folder file bin=$tools/docker/bin
  while read -r client; do
    version=$("$client" --version | sed -E 's/^Docker version ([^,]*).*/\1/')
    if [ "${version%%+*}" = "${engine%%+*}" ]; then
      best=$client
      break
    fi
    [ -n "$best" ] || ! is_at_least "$version" 28 || best=$client
  done < <(docker_clients)
  [ -n "$best" ] || fail "every docker client here is older than 28" "$(docker_clients | tr '\n' ' ')" 'upgrade the Docker CLI to 28 or newer'
  mkdir -p "$bin"
  ln -sfn "$best" "$bin/docker"
  for plugin in buildx:0.17 compose:2.20; do
    version=
    for folder in "${DOCKER_CONFIG:-$HOME/.docker}/cli-plugins" $system_plugins; do
      file=$folder/docker-${plugin%%:*}
      [ -x "$file" ] || continue
      version=$("$file" version | grep -oE '[0-9]+\.[0-9]+\.[0-9]+' | head -n 1)
      is_at_least "$version" "${plugin##*:}" || continue
      ln -sfn "$file" "$bin/docker-${plugin%%:*}"
      continue 2
    done
    fail "docker ${plugin%%:*} is ${version:+only $version, older than ${plugin##*:}}${version:-missing}" "$system_plugins" \
      "install docker-${plugin%%:*} ${plugin##*:} or newer"
  done
  export PATH=$bin:$PATH
}

# What an engine that was killed leaves behind stops the next one when the number in a pid file belongs to another
# process now, and a socket without a listener is taken for a running containerd.
clear_leftovers() {
  runs_as "$dockerd_pid" dockerd || rm -f "$dockerd_pid"
  runs_as /run/docker/containerd/containerd.pid containerd || rm -f /run/docker/containerd/containerd.pid
  if [ -S /run/containerd/containerd.sock ] && ! timeout 5 ctr --connect-timeout 2s version > /dev/null 2>&1; then
    rm -f /run/containerd/containerd.sock
  fi
}

write_engine_settings() {
  cat > "$state/daemon.json" << CONF
{
  "features": { "containerd-snapshotter": true, "cdi": true },
  "registry-mirrors": ["http://$bases_registry"],
  "pidfile": "$dockerd_pid"
}
CONF
}

wait_for_engine() {
  local pid=$1 waited=0
  until [ -n "$(engine_version)" ]; do
    sleep 0.2
    waited=$((waited + 1))
    if ! kill -0 "$pid" 2> /dev/null; then
      tail -n 15 "$state/log/dockerd.log" >&2
      fail 'the engine ended while starting' "$state/log/dockerd.log" 'read the lines above'
    fi
    [ $((waited % 50)) != 0 ] || say "  $((waited / 5)) s … $(tail -n 1 "$state/log/dockerd.log" | cut -c 1-120)"
    if [ "$waited" -ge 450 ]; then
      fail 'the engine does not answer after 90 s' "$state/log/dockerd.log" 'run script/setup --down, then script/setup again'
    fi
  done
}

start_engine() {
  [ "$(id -u)" = 0 ] || fail 'not root, and no Docker engine answers' "$(tail -n 1 "$state/log/engine.log" 2> /dev/null || printf 'no docker client')" \
    'start Docker (or join the group docker), or run script/setup as root'
  # shellcheck disable=SC2086 # a list of words
  command -v dockerd > /dev/null || ensure_packages $engine_packages
  need_disk /var/lib 2000 'the engine'
  is_at_least "$(dockerd --version | sed -E 's/^Docker version ([^,]*).*/\1/')" 28 \
    || fail "the installed $(dockerd --version) is older than 28" "$(command -v dockerd)" 'upgrade it, or start an engine of Docker ≥ 28'
  clear_leftovers
  write_engine_settings
  say 'starting the Docker engine'
  # 9 is the lock: an engine that kept it open would hold it for ever.
  setsid dockerd --config-file "$state/daemon.json" > "$state/log/dockerd.log" 2>&1 < /dev/null 9>&- &
  wait_for_engine $!
}

ensure_engine() {
  local version
  version=$(engine_version)
  if [ -z "$version" ] && [ -n "${DOCKER_HOST:-}" ]; then
    fail 'the engine that DOCKER_HOST names does not answer' "$DOCKER_HOST" 'start it, or unset DOCKER_HOST'
  fi
  if [ -z "$version" ]; then
    # The socket may be served although this machine has no client yet.
    # shellcheck disable=SC2086 # a list of words
    [ -n "$(docker_clients)" ] || [ "$(id -u)" != 0 ] || ensure_packages $engine_packages
    version=$(engine_version)
  fi
  if [ -z "$version" ]; then
    start_engine
    version=$(engine_version)
  fi
  is_at_least "$version" 28 || fail "the running engine is $version, older than 28" "${DOCKER_HOST:-/var/run/docker.sock}" 'upgrade Docker to 28 or newer'
  link_client "$version"
}

stop_engine() {
  [ -e "$dockerd_pid" ] || return 0
  say 'stopping the Docker engine'
  stop_process "$dockerd_pid" dockerd
  # It outlives an engine that was killed.
  if [ "$(cat /run/docker/containerd/containerd.pid 2> /dev/null)" ]; then
    stop_process /run/docker/containerd/containerd.pid containerd
  fi
}

stop_second_engines() {
  local folder
  for folder in "$run"/engines/*/ "$state"/engines/*/; do
    [ ! -d "$folder" ] || "$repo/script/second-engine" down "$(basename "$folder")"
  done
}
