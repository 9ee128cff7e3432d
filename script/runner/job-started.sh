#!/bin/sh
# Hook of a self-hosted GPU runner: ACTIONS_RUNNER_HOOK_JOB_STARTED=/opt/slipway/job-started.sh in the runner's .env file.
# Refuses jobs whose code may come from outside the repository, whatever their workflow says; docs/guides/gpu-runners.md.
# Anything unclear is refused: without Node.js, without an event, with an event that cannot be read.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)

# The runner brings Node.js with it, beside the folder it works in.
find_node() {
  if command -v node; then return; fi
  for node in "${RUNNER_TEMP:-/nowhere}"/../../externals/node*/bin/node /home/runner/externals/node*/bin/node; do
    if [ -x "$node" ]; then
      echo "$node"
      return
    fi
  done
  return 1
}

if ! node=$(find_node); then
  echo '::error title=Job refused::The hook of this runner found no Node.js to read the event with'
  exit 1
fi

# Nothing of the environment but what is read: NODE_OPTIONS would be code.
exec env -i \
  GITHUB_EVENT_NAME="${GITHUB_EVENT_NAME:-}" \
  GITHUB_EVENT_PATH="${GITHUB_EVENT_PATH:-}" \
  GITHUB_REPOSITORY="${GITHUB_REPOSITORY:-}" \
  SLIPWAY_RUNNER_EVENTS="${SLIPWAY_RUNNER_EVENTS:-}" \
  "$node" "$here/job-started.mjs"
