#!/bin/sh
# Lock the three lists of Python dependencies: requirements.in (edited by people) -> requirements.txt (installed).
# Wheels only, so that no image needs a compiler. Needs uv 0.13.
set -eu
cd "$(dirname "$0")/.."
export UV_CUSTOM_COMPILE_COMMAND=scripts/lock.sh

compile() {
  uv pip compile --quiet --only-binary :all: --generate-hashes --no-annotate "$@"
}

compile --python-version 3.11 --python-platform linux api/requirements.in --output-file api/requirements.txt
compile --python-version 3.11 --python-platform linux orchestrator/requirements.in --output-file orchestrator/requirements.txt
# The NVIDIA base has Python 3.10; a newer one, or a stand-in, 3.11.
compile --python-version 3.10 --universal inference/requirements.in --output-file inference/requirements.txt
