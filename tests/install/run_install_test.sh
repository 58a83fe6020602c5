#!/bin/sh
# Installs the build into a fresh directory and runs Hello from an unrelated one without -cp: an
# installed VM finds its own core library, not the source tree's.
# Usage: run_install_test.sh CMAKE BUILD_DIRECTORY
set -eu

cmake=$1
build=$2
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT

"$cmake" --install "$build" --prefix "$root/prefix" >/dev/null

# The mark proves which of the two libraries was used.
library="$root/prefix/share/som/core-lib"
mkdir "$root/elsewhere"
cat >"$library/InstallMark.som" <<'SOM'
InstallMark = ( ---- text = ( ^'installed library' ) )
SOM
cat >"$root/elsewhere/Probe.som" <<'SOM'
Probe = ( run = ( InstallMark text println ) )
SOM

cd "$root/elsewhere"
output=$("$root/prefix/bin/som" Probe.som)
if [ "$output" != "installed library" ]; then
  echo "the installed VM printed: $output" >&2
  exit 1
fi
"$root/prefix/bin/som" Hello.som >/dev/null
echo "the installed VM found its core library"
