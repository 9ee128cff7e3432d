#!/bin/sh
# Copy torch, numpy and what they need from unpacked Debian packages: collect.sh UNPACKED COLLECTED.
set -eu
unpacked=$1
collected=$2
packages=usr/lib/python3/dist-packages
libraries=usr/lib/x86_64-linux-gnu

mkdir -p "$collected/$packages" "$collected/$libraries"
for name in torch numpy typing_extensions.py; do
  cp -R "$unpacked/$packages/$name" "$collected/$packages/"
done
for name in torch numpy typing_extensions; do
  cp -R "$unpacked/$packages/$name"-*-info "$collected/$packages/"
done
rm -rf "$collected/$packages/torch/include" "$collected/$packages/torch/test"
find "$collected/$packages/torch/bin" -type f ! -name torch_shm_manager -delete
# torch/lib holds links into the library folder, followed at run time by path.
for link in "$collected/$packages"/torch/lib/*.so; do
  name=$(basename "$(readlink "$link")")
  [ ! -e "$unpacked/$libraries/$name" ] || cp -L "$unpacked/$libraries/$name" "$collected/$libraries/$name"
done

# The closure of shared libraries that come from the packages; the base's own stay where they are.
export LD_LIBRARY_PATH="$unpacked/$libraries:$unpacked/$libraries/blas:$unpacked/$libraries/lapack:$unpacked/usr/lib:$unpacked/lib/x86_64-linux-gnu"
find "$collected" -name '*.so*' -type f -exec ldd {} + 2> /dev/null \
  | awk -v root="$unpacked/" '$2 == "=>" && index($3, root) == 1 { print $3 }' | sort -u | while read -r library; do
    name=$(basename "$library")
    [ -e "/$libraries/$name" ] || [ -e "/lib/x86_64-linux-gnu/$name" ] || cp -L "$library" "$collected/$libraries/$name"
  done
