#!/bin/sh
# Runs Hello in a directory with files that are named like the libraries the VM needs: none of them
# may be loaded from there.
# Usage: current_directory.sh SOM CORE_LIB
set -eu

som=$1
core_lib=$2
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT

cd "$root"
for library in $(readelf -d "$som" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'); do
  echo "no library" >"$library"
done
test -n "$(ls)"
"$som" -cp "$core_lib" Hello.som
