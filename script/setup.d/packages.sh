# shellcheck shell=bash disable=SC2154 # script/setup sets what is not set here
# Debian packages, with apt's sources, lists and priorities in a folder of our own: the machine's /etc/apt stays as it
# is, and a third-party source that fails there does not matter here.

# These are too old in Debian 12 and 13; everything else stays at the machine's own release.
from_sid='docker.io docker-cli docker-buildx docker-compose containerd crane tini-static golang-go golang-src golang-1.*-go golang-1.*-src'

debian_mirror() {
  local own
  own=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources 2> /dev/null \
    | sed -nE 's#^(deb( \[[^]]*\])? |URIs: *)(https?://[^ ]+/debian)/?( .*)?$#\3#p' | sort -u) || true
  own=${own%%$'\n'*}
  printf '%s' "${DEBIAN_MIRROR:-${own:-http://deb.debian.org/debian}}"
}

write_apt_settings() {
  local mirror codename apt=$state/apt key='[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]'
  mirror=$(debian_mirror)
  codename=$(. /etc/os-release && printf '%s' "${VERSION_CODENAME:-bookworm}")
  mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$apt/empty"
  {
    printf 'deb %s %s %s main\n' "$key" "$mirror" "$codename"
    [ "$codename" = sid ] || printf 'deb %s %s sid main\n' "$key" "$mirror"
  } > "$apt/sources.list"
  printf 'Package: *\nPin: release n=sid\nPin-Priority: -10\n\nPackage: %s\nPin: release n=sid\nPin-Priority: 990\n' \
    "$from_sid" > "$apt/preferences"
  cat > "$apt/apt.conf" << CONF
Dir::Etc::sourcelist "$apt/sources.list";
Dir::Etc::sourceparts "$apt/empty";
Dir::Etc::preferences "$apt/preferences";
Dir::Etc::preferencesparts "$apt/empty";
Dir::State::lists "$apt/lists";
Dir::Cache "$apt/cache";
Acquire::Retries "3";
Acquire::http::Timeout "30";
Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
DPkg::Lock::Timeout "120";
CONF
}

apt_get() { APT_CONFIG=$state/apt/apt.conf DEBIAN_FRONTEND=noninteractive apt-get -q "$@"; }

# Packages that come with a service must not start it: setup starts what it needs, with its own settings.
install_quietly() {
  local policy=/usr/sbin/policy-rc.d made=
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' > "$policy"
    chmod 755 "$policy"
    made=1
  fi
  local status=0
  apt_get install -y --no-install-recommends "$@" || status=$?
  [ -z "$made" ] || rm -f "$policy"
  return "$status"
}

ensure_packages() {
  local wanted=() package plan by_hand='install Docker ≥ 28, buildx ≥ 0.17 and compose by hand, then run script/setup again'
  for package in "$@"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2> /dev/null)" = installed ] || wanted+=("$package")
  done
  [ ${#wanted[@]} -gt 0 ] || return 0
  [ "$(id -u)" = 0 ] || fail "not root, and these are missing: ${wanted[*]}" 'Debian packages' 'run script/setup as root, or install them'
  need_disk /var 3000 'the engine and its packages'
  write_apt_settings
  # Lists of the last hour are fresh enough: setup asks for packages up to three times.
  [ -n "$(find "$state/apt/fetched" -mmin -60 2> /dev/null)" ] || run_long 'fetching the lists of Debian packages (about 5 s)' "$state/log/apt-update.log" apt_get update --error-on=any \
    || fail 'no package source' "$(debian_mirror)" "make it reachable, or name another one in DEBIAN_MIRROR; or $by_hand"
  touch "$state/apt/fetched"
  # sid moves: look before leaping.
  plan=$(apt_get install -s --no-install-recommends "${wanted[@]}" 2>&1) \
    || fail "Debian cannot install ${wanted[*]} here now: $(printf '%s' "$plan" | tail -n 3 | tr '\n' ' ')" "$(debian_mirror)" "$by_hand"
  if printf '%s\n' "$plan" | grep -qE '^(Inst libc6 |Remv )'; then
    fail "installing ${wanted[*]} would replace the C library or remove packages" "$(debian_mirror)" "$by_hand"
  fi
  run_long "installing ${wanted[*]} (about 15 s)" "$state/log/apt-install.log" install_quietly "${wanted[@]}" \
    || fail "apt-get could not install ${wanted[*]}" "$state/log/apt-install.log" 'read the lines above'
}
