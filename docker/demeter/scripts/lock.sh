#!/bin/sh
# Lock the dependencies of both variants: requirements*.in (edited by people) -> requirements*.txt (installed).
# For every Python from 3.11 on, wheels only, so that no image needs a compiler. Needs uv 0.13.
set -eu
cd "$(dirname "$0")/.."
export UV_CUSTOM_COMPILE_COMMAND=scripts/lock.sh
for list in requirements requirements-gpu; do
  uv pip compile --quiet --universal --only-binary :all: --generate-hashes --no-annotate \
    --python-version 3.11 "$list.in" --output-file "$list.txt"
done
