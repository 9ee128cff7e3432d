# shellcheck shell=bash disable=SC2154 # script/setup sets what is not set here
# The local registry that serves the stand-in bases: Debian's docker-registry, on loopback only.

registry_pid=$run/registry.pid

# Ask the registry a question without any client: METHOD PATH; prints the HTTP status, fails without a listener.
ask_registry() {
  (
    exec 3<> "/dev/tcp/${bases_registry%%:*}/${bases_registry##*:}" || exit 1
    printf '%s %s HTTP/1.0\r\nHost: %s\r\nAccept: application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json, application/vnd.docker.distribution.manifest.v2+json\r\n\r\n' \
      "$1" "$2" "$bases_registry" >&3
    read -r -t 5 _ status _ <&3 && printf '%s' "$status"
  ) 2> /dev/null
}

start_registry() {
  local waited=0
  if runs_as "$registry_pid" docker-registry && [ "$(ask_registry GET /v2/)" = 200 ]; then
    return
  fi
  if ask_registry GET /v2/ > /dev/null; then
    fail 'another program listens where the local registry belongs' "$bases_registry" 'choose another place: SLIPWAY_BASES_REGISTRY=127.0.0.1:5001'
  fi
  ensure_packages docker-registry
  mkdir -p "$state/registry"
  cat > "$state/registry.yml" << CONF
version: 0.1
log: { level: warn }
storage:
  filesystem: { rootdirectory: $state/registry }
  delete: { enabled: true }
http: { addr: "$bases_registry" }
CONF
  say "starting the local registry at $bases_registry"
  setsid docker-registry serve "$state/registry.yml" > "$state/log/registry.log" 2>&1 < /dev/null 9>&- &
  printf '%s\n' $! > "$registry_pid"
  until [ "$(ask_registry GET /v2/)" = 200 ]; do
    sleep 0.1
    waited=$((waited + 1))
    [ "$waited" -lt 100 ] || fail 'the local registry does not answer after 10 s' "$state/log/registry.log" 'read that log'
  done
}

stop_registry() {
  [ -e "$registry_pid" ] || return 0
  say 'stopping the local registry'
  stop_process "$registry_pid" docker-registry
}
