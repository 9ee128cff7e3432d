#!/bin/sh
# Lock the dependencies of the API (pyproject.toml -> uv.lock) and of the frontend (requirements.in -> requirements.txt).
# Wheels only, so that no image needs a compiler. Needs uv 0.13.
set -eu
cd "$(dirname "$0")/.."
uv lock --quiet
UV_CUSTOM_COMPILE_COMMAND=scripts/lock.sh uv pip compile --quiet --only-binary :all: --generate-hashes --no-annotate \
  --python-version 3.11 --python-platform linux frontend/requirements.in --output-file frontend/requirements.txt
