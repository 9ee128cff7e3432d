#!/bin/sh
# Lock the two lists of Python dependencies: requirements*.in (edited by people) -> requirements*.txt (installed).
# Wheels only, so that no image needs a compiler. Needs uv 0.13.
set -eu
cd "$(dirname "$0")/.."
export UV_CUSTOM_COMPILE_COMMAND=scripts/lock.sh
for list in requirements requirements-full; do
  uv pip compile --quiet --only-binary :all: --generate-hashes --no-annotate \
    --python-version 3.11 --python-platform linux "$list.in" --output-file "$list.txt"
done
