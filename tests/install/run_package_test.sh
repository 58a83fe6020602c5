#!/bin/bash
# Makes the packages of a build, unpacks them into fresh directories, and runs what is in them from elsewhere; installs and
# uninstalls, the Debian package in a system of its own; tries the completions.
# Usage: run_package_test.sh CMAKE BUILD_DIRECTORY
set -euo pipefail

cmake=$1
build=$2
source=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT

fail() {
  echo "$*" >&2
  exit 1
}

# runs SOM: whether it runs a program from a directory that has nothing to do with it, with its own library.
runs() {
  local som=$1
  local library
  library=$(dirname "$(dirname "$som")")/share/som/core-lib
  echo "Mark = ( ---- text = ( ^ 'own library' ) )" >"$library/Mark.som"
  (cd / && [[ $("$som" -e "Mark text println") == "own library" ]]) || fail "$som does not find its library"
  rm "$library/Mark.som"
  (cd / && [[ $("$som" Hello) == "Hello, World!" ]]) || fail "$som does not run Hello"
}

# --- The tarball ---

cd "$build"
"$cmake" -E chdir "$build" "$(dirname "$cmake")/cpack" -B "$root/packages" -G TGZ >"$root/log" 2>&1 || fail "$(cat "$root/log")"
version=$("$build/som" --version | sed -n 's/^som //p')
name=som-$version-$(uname -s | tr '[:upper:]' '[:lower:]')-$(uname -m)
mkdir "$root/tarball"
tar -xzf "$root/packages/$name.tar.gz" -C "$root/tarball"
[[ $(ls "$root/tarball") == "$name" ]] || fail "the tarball has no directory $name at its top"
runs "$root/tarball/$name/bin/som"
mv "$root/tarball/$name" "$root/moved"
runs "$root/moved/bin/som"
ln -s "$root/moved/bin/som" "$root/link"
(cd / && [[ $("$root/link" Hello) == "Hello, World!" ]]) || fail "a link to som does not find the library"
# Of what it needs, only what every system has is not in it.
needs=$(ldd "$root/moved/bin/som" | grep -v "$root/moved" | grep -vE 'linux-vdso|ld-linux|lib(c|m|pthread|dl|rt)\.so' || true)
[[ -z $needs ]] || fail "the tarball needs: $needs"

# --- The Debian package ---

if command -v dpkg-deb >/dev/null && command -v dpkg-shlibdeps >/dev/null; then
  "$(dirname "$cmake")/cpack" -B "$root/packages" -G DEB >"$root/log" 2>&1 || fail "$(cat "$root/log")"
  package=$(ls "$root/packages/"*.deb)
  [[ $(dpkg-deb -f "$package" Package) == som ]] || fail "the package is not called som"
  [[ $(dpkg-deb -f "$package" Version) == "$version" ]] || fail "the package is not of version $version"
  maintainer=$(sed -n 's/^SOM_PACKAGE_MAINTAINER:STRING=//p' "$build/CMakeCache.txt")
  [[ -n $maintainer && $(dpkg-deb -f "$package" Maintainer) == "$maintainer" ]] || fail "the maintainer is not '$maintainer'"
  [[ $(dpkg-deb -f "$package" Depends) == *libc6* ]] || fail "the package does not depend on the C library"
  dpkg-deb -x "$package" "$root/unpacked"
  runs "$root/unpacked/usr/bin/som"
  for file in man/man1/som.1 bash-completion/completions/som zsh/vendor-completions/_som doc/som/copyright; do
    [[ -f $root/unpacked/usr/share/$file ]] || fail "the package lacks $file"
  done
  "$source/tests/install/run_dpkg_test.sh" "$package"
fi

# --- Installing and uninstalling ---

manifest=$build/install_manifest.txt
[[ ! -f $manifest ]] || cp "$manifest" "$root/manifest"
mkdir -p "$root/prefix/bin"
echo kept >"$root/prefix/bin/other"
"$cmake" --install "$build" --prefix "$root/prefix" >/dev/null
runs "$root/prefix/bin/som"
"$cmake" -DMANIFEST="$manifest" -P "$source/cmake/Uninstall.cmake" >/dev/null 2>&1 || fail "uninstalling fails"
[[ $(cd "$root/prefix" && find . -type f) == ./bin/other ]] || fail "left behind: $(find "$root/prefix" -type f)"
[[ ! -d $root/prefix/share ]] || fail "uninstalling leaves directories behind"
[[ ! -f $root/manifest ]] || cp "$root/manifest" "$manifest"

# --- Completion ---

# completes EXPECTED WORD...: whether bash completes the last word so.
completes() {
  local expected=$1
  shift
  local answer
  answer=$(bash -c 'source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _som; echo "${COMPREPLY[*]}"' \
    "$source/scripts/completions/som.bash" "$@")
  [[ $answer == "$expected" ]] || fail "bash completes '$*' with '$answer', not '$expected'"
}
cd "$source/core-lib"
completes "--profile --profile-allocations" som --prof
completes "switch" som --dispatch s
completes "on off" som --jit ""
completes "Hello.som" som Hel
completes "Hello.som" som --profile = Hel
completes "live" som --disassemble = l
if command -v zsh >/dev/null; then
  zsh -n "$source/scripts/completions/_som" || fail "zsh does not read its completion"
fi
if command -v man >/dev/null; then
  warnings=$(LC_ALL=C.UTF-8 MANWIDTH=100 man --warnings -l "$source/docs/som.1" 2>&1 >/dev/null)
  [[ -z $warnings ]] || fail "the manual page: $warnings"
fi
echo "packages, installation and completions work"
