# shellcheck shell=bash disable=SC2154 # script/setup sets what is not set here
# Linters and a runner for workflow files, of pinned versions, kept outside of the repository under the user's cache:
# built from the Go module proxy, or a wheel of the Python index. Needs Go 1.24 or newer for the first two.

workflow_tools=${XDG_CACHE_HOME:-$HOME/.cache}/slipway/tools
actionlint_version=v1.7.12
act_version=v0.2.89
zizmor_version=1.32.0

find_go() {
  local go version
  for go in "$(command -v go || true)" /usr/local/go/bin/go /usr/lib/go-*/bin/go; do
    [ -x "$go" ] || continue
    version=$("$go" env GOVERSION 2> /dev/null) || continue
    version=${version#go1.}
    [ "${version%%[!0-9]*}" -ge 24 ] && printf '%s' "$go" && return
  done
  printf 'workflow tools: no Go 1.24 or newer; install one (Debian: golang-go of trixie or newer) and run this again\n' >&2
  return 1
}

# What the tools are made with; a machine that cannot have it is told and goes on, and the checks that need it fail later.
ensure_workflow_needs() {
  find_go > /dev/null 2>&1 || (ensure_packages golang-go) || say 'going on without Go: workflow files are not linted and not run'
  python3 -m pip --version > /dev/null 2>&1 || (ensure_packages python3-pip) || say 'going on without pip: workflow files are not linted with zizmor'
}

# NAME MODULE VERSION: prints the path of the program.
ensure_go_program() {
  local folder=$workflow_tools/$1-$3 go
  if [ ! -x "$folder/$1" ]; then
    go=$(find_go) || return
    GOBIN=$folder GOFLAGS=-mod=mod "$go" install "$2@$3" >&2 || return
  fi
  printf '%s/%s' "$folder" "$1"
}

ensure_actionlint() { ensure_go_program actionlint github.com/rhysd/actionlint/cmd/actionlint "$actionlint_version"; }

ensure_act() { ensure_go_program act github.com/nektos/act "$act_version"; }

ensure_zizmor() {
  local folder=$workflow_tools/zizmor-$zizmor_version
  if [ ! -x "$folder/bin/zizmor" ]; then
    python3 -m pip install --quiet --disable-pip-version-check --root-user-action ignore --no-deps \
      --only-binary :all: --target "$folder" "zizmor==$zizmor_version" >&2 || return
  fi
  printf '%s/bin/zizmor' "$folder"
}
