# shellcheck shell=bash disable=SC2154 # script/setup sets what is not set here
# Base images where Docker Hub is out of reach: stand-ins built from docker/bases, served by the local registry.
# Builds find them by a BuildKit source policy, which also covers registries that an engine has no mirror for
# (nvcr.io); the engine's `registry-mirrors` covers what it pulls itself, such as a compose file's images.

# The policy to export, or nothing where the public images are used.
# shellcheck disable=SC2034 # write_environment reads it
bases_policy=

hub_is_reachable() {
  NODE_USE_ENV_PROXY=1 node --use-system-ca -e '
    fetch("https://registry-1.docker.io/v2/", { signal: AbortSignal.timeout(3000) })
      .then((answer) => process.exit([200, 401, 429].includes(answer.status) ? 0 : 1), () => process.exit(1));' 2> /dev/null
}

# What the stand-ins are made from: the recipes, and the host's settings that go into them.
bases_recipe() {
  {
    cd "$repo/docker/bases" || exit
    find . -type f ! -name '*.md' -print0 | sort -z | xargs -0 sha256sum
    find /usr/local/share/ca-certificates -name '*.crt' -print0 2> /dev/null | sort -z | xargs -0 -r sha256sum
    printf '%s\n' "${PIP_INDEX_URL:-}" "$(debian_mirror)" "$bases_registry"
  } | sha256sum | cut -c 1-32
}

# Print "public-name registry-name" for each stand-in of the recipes.
bases_names() {
  # shellcheck disable=SC2016 # the braces are the file's
  REGISTRY=$bases_registry node -e '
    const targets = Object.values(JSON.parse(require("fs").readFileSync(process.argv[1], "utf8")).target);
    for (const { labels, tags } of targets)
      if (tags) console.log(labels["slipway.stand-in"], tags[0].replace("${REGISTRY}", process.env.REGISTRY));
  ' "$repo/docker/bases/docker-bake.json"
}

canonical_name() {
  case ${1%%/*} in
    "$1") printf 'docker.io/library/%s' "$1" ;;
    *.*) printf '%s' "$1" ;;
    *) printf 'docker.io/%s' "$1" ;;
  esac
}

write_bases_policy() {
  local public name separator=''
  {
    printf '{\n  "rules": ['
    while read -r public name; do
      printf '%s\n    { "action": "CONVERT", "selector": { "identifier": "docker-image://%s" }, "updates": { "identifier": "docker-image://%s" } }' \
        "$separator" "$(canonical_name "$public")" "$name"
      separator=,
    done
    printf '\n  ]\n}\n'
  } > "$1.new"
  chmod 644 "$1.new"
  mv "$1.new" "$1"
}

# Whether the stand-ins of FOLDER are those of this recipe and all in the registry.
bases_are_there() {
  local public name path
  [ "$(cat "$1/bases.recipe" 2> /dev/null)" = "$2" ] && [ -r "$1/source-policy.json" ] || return 1
  while read -r public name; do
    path=${name#*/}
    [ "$(ask_registry HEAD "/v2/${path%:*}/manifests/${path##*:}")" = 200 ] || return 1
  done < <(bases_names)
}

# An engine that is not ours has no mirror: give its own pulls (compose) the names by tagging.
tag_for_foreign_engine() {
  local public name
  if docker info --format '{{json .RegistryConfig.Mirrors}}' | grep -qF "http://$bases_registry"; then
    return
  fi
  while read -r public name; do
    docker image inspect "$public" > /dev/null 2>&1 || { docker pull -q "$name" && docker tag "$name" "$public"; } > /dev/null
  done < <(bases_names)
}

build_bases() {
  DEBIAN_MIRROR=$(debian_mirror) RECIPE=$1 "$repo/docker/bases/build" "$state/bases" "$bases_registry"
}

ensure_bases() {
  local recipe public=/var/lib/slipway
  case ${SLIPWAY_BASES:-auto} in
    public) return ;;
    auto) ! hub_is_reachable || return 0 ;;
    stand-in) ;;
    *) fail "SLIPWAY_BASES=${SLIPWAY_BASES}" 'the environment' 'use auto, public or stand-in' ;;
  esac
  recipe=$(bases_recipe)
  if [ "$(id -u)" != 0 ]; then
    bases_are_there "$public" "$recipe" \
      || fail 'not root, Docker Hub is out of reach, and the stand-in base images are not there' "$bases_registry" 'run script/setup as root once'
    bases_policy=$public/source-policy.json
    return
  fi
  start_registry
  if ! bases_are_there "$state" "$recipe"; then
    say 'Docker Hub cannot be reached: making stand-in base images'
    ensure_packages debootstrap
    need_disk "$state" 10000 'the stand-in base images'
    run_long 'building the stand-in base images (about 5 min, once)' "$state/log/bases.log" build_bases "$recipe" \
      || fail 'the stand-in base images could not be built' "$state/log/bases.log" 'read the lines above; the Debian mirror, PyPI and npm must be reachable'
    bases_names | write_bases_policy "$state/source-policy.json"
    printf '%s\n' "$recipe" > "$state/bases.recipe"
    chmod 644 "$state/bases.recipe"
  fi
  tag_for_foreign_engine
  bases_policy=$state/source-policy.json
  say "base images: STAND-INS (Docker Hub cannot be reached): $(bases_names | cut -d ' ' -f 1 | tr '\n' ' ')"
}
