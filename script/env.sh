# shellcheck shell=bash
# To be sourced by bash: puts Node 24, and the Docker client and plugins that fit the engine, first on PATH. Starts no
# process; script/setup has found them (an older `docker` may stand earlier on a machine's PATH).

slipway_tools=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/.tools
for slipway_folder in "$slipway_tools/docker/bin" "$slipway_tools/node/bin"; do
  case :$PATH: in
    *":$slipway_folder:"*) ;;
    *) [ ! -d "$slipway_folder" ] || PATH=$slipway_folder:$PATH ;;
  esac
done
export PATH
if [ -r "$slipway_tools/env" ]; then
  # shellcheck source=/dev/null
  . "$slipway_tools/env"
fi
unset slipway_tools slipway_folder
