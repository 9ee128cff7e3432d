# shellcheck shell=bash disable=SC2154 # script/setup sets what is not set here
# Node 24 with npm in .tools/node where the machine's node is older, and the packages of package-lock.json.

node_version=24.21.0
npm_version=11.19.1

has_node_24() {
  local version
  version=$("$1" --version 2> /dev/null) || return 1
  version=${version#v}
  [ "${version%%.*}" -ge 24 ]
}

install_node() {
  local home=$tools/node platform settings
  case $(uname -s)-$(uname -m) in
    Linux-x86_64) platform=linux-x64 ;;
    Linux-aarch64) platform=linux-arm64 ;;
    *) fail "no Node 24 for $(uname -s) on $(uname -m) among npm's packages" 'node' 'install Node 24 and run script/setup again' ;;
  esac
  # Not `npm --prefix`: that hides the machine's own npm settings (registry, certificate authorities).
  settings=$(npm config get globalconfig 2> /dev/null || true)
  mkdir -p "$home/bin" \
    && printf '{ "private": true }\n' > "$home/package.json" \
    && (cd "$home" && npm install --no-save --no-package-lock --no-audit --no-fund --ignore-scripts \
      "node-$platform@$node_version" "npm@$npm_version") \
    && ln -sfn "../node_modules/node-$platform/bin/node" "$home/bin/node" \
    && ln -sfn ../node_modules/npm/bin/npm-cli.js "$home/bin/npm" \
    && ln -sfn ../node_modules/npm/bin/npx-cli.js "$home/bin/npx" \
    && { [ ! -f "$settings" ] || ln -sfn "$settings" "$home/node_modules/npm/npmrc"; }
}

ensure_node() {
  local system
  system=$(command -v node || true)
  if [ -n "$system" ] && [ "$system" != "$tools/node/bin/node" ] && has_node_24 "$system" && command -v npm > /dev/null; then
    return
  fi
  if ! has_node_24 "$tools/node/bin/node"; then
    command -v npm > /dev/null || fail 'npm is missing, and so is Node 24' 'PATH' 'install Node 24, or any Node ≥ 18 with npm'
    run_long "installing Node $node_version into .tools/node (about 10 s)" "$state/log/node.log" install_node \
      || fail "npm could not install node@$node_version" "$state/log/node.log" 'make the npm registry reachable (npm config get registry)'
  fi
  export PATH=$tools/node/bin:$PATH
  has_node_24 node || fail 'the installed Node does not run' "$tools/node/bin/node" "remove $tools/node and run script/setup again"
}

# Not `npm ci --prefix`, as above.
install_locked() { cd "$repo" && npm ci --ignore-scripts --no-audit --no-fund; }

ensure_npm_packages() {
  local stamp=$repo/node_modules/.slipway-lock wanted
  [ -f "$repo/package-lock.json" ] || return 0
  # A link is somebody else's folder: a second work tree that shares it.
  [ ! -L "$repo/node_modules" ] || return 0
  wanted=$(sha256sum < "$repo/package-lock.json")
  [ "$(cat "$stamp" 2> /dev/null)" != "$wanted" ] || return 0
  run_long 'installing the npm packages of the lock (about 30 s)' "$state/log/npm.log" install_locked \
    || fail "npm ci failed: $(grep -m 2 -iE '^npm err' "$state/log/npm.log" | tr '\n' ' ')" "$state/log/npm.log" 'read that log (after a change of packages: npm install, then script/complete-lock)'
  printf '%s\n' "$wanted" > "$stamp"
}
