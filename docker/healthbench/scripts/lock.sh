#!/bin/sh
# Lock the backend's dependencies: pyproject.toml (edited by people) -> poetry.lock (installed). Needs Poetry 2.5.
set -eu
cd "$(dirname "$0")/../backend"
exec poetry lock
