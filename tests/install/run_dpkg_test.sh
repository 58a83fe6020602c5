#!/bin/bash
# Installs the Debian package with dpkg into a system of its own, runs it there, and removes it. The system is a directory with
# nothing in it but the packages that ours depends on, copied from this machine: so it runs on what it declares. Needs root, for
# dpkg and chroot; otherwise says so and does nothing. No network.
# Usage: run_dpkg_test.sh PACKAGE.deb
set -euo pipefail

package=$1
if [[ $(id -u) != 0 ]]; then
  echo "skipped: installing a package by dpkg needs root"
  exit 0
fi
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
root=$scratch/root

fail() {
  echo "$*" >&2
  exit 1
}

# The installed packages that a list of dependencies names, one a line; the first of alternatives.
named_by() {
  tr ',' '\n' <<<"$1" | while IFS='|' read -r -a alternatives; do
    for name in "${alternatives[@]}"; do
      name=$(sed 's/(.*)//; s/:any//; s/ //g' <<<"$name")
      if [[ -n $name ]] && dpkg-query -W -f '${db:Status-Status}\n' "$name" 2>/dev/null | grep -q '^installed$'; then
        echo "$name"
        break
      fi
    done
  done
}

# Ours are not among them; what they depend on is.
declare -A needed=()
waiting=($(named_by "$(dpkg-deb -f "$package" Depends)"))
while ((${#waiting[@]} > 0)); do
  name=${waiting[0]}
  waiting=("${waiting[@]:1}")
  [[ -z ${needed[$name]:-} ]] || continue
  needed[$name]=1
  waiting+=($(named_by "$(dpkg-query -W -f '${Depends}, ${Pre-Depends}' "$name" | head -n 1)"))
done

# --- A system without anything refuses the package ---

database() {
  mkdir -p "$1/var/lib/dpkg/info" "$1/var/lib/dpkg/updates"
  touch "$1/var/lib/dpkg/status" "$1/var/lib/dpkg/available"
}
run_dpkg() {
  dpkg --root="$1" --log="$scratch/dpkg.log" --no-triggers "${@:2}" >"$scratch/log" 2>&1
}
database "$scratch/empty"
if run_dpkg "$scratch/empty" --install "$package"; then
  fail "dpkg installs the package where nothing is that it depends on"
fi
grep -q "dependency problems" "$scratch/log" || fail "dpkg fails for another reason: $(cat "$scratch/log")"

# --- A system with what it depends on, and nothing else ---

database "$root"
for name in "${!needed[@]}"; do
  dpkg-query --status "$name" >>"$root/var/lib/dpkg/status"
  echo >>"$root/var/lib/dpkg/status"
  dpkg-query --listfiles "$name" | sed -n 's,^/\(.\),\1,p'
done | sort -u >"$scratch/files"
# Directories that are links into /usr come first, as links.
for link in bin sbin lib lib32 lib64 libx32; do
  if [[ -L /$link ]]; then
    mkdir -p "$root/$(readlink "/$link")"
    ln -s "$(readlink "/$link")" "$root/$link"
  fi
done
(cd / && while read -r file; do [[ ! -e $file && ! -L $file ]] || [[ -L $file && -d $file ]] || echo "$file"; done) \
  <"$scratch/files" >"$scratch/present"
tar -C / --no-recursion -cf - -T "$scratch/present" | tar -C "$root" --keep-directory-symlink -xf -
# The one file of /proc that som reads: where its executable is.
mkdir -p "$root/proc/self"
ln -s /usr/bin/som "$root/proc/self/exe"
# contents [CONDITION...]: what is there, but for dpkg's own records.
contents() {
  (cd "$root" && find . -path ./var/lib/dpkg -prune -o "$@" -print | sort)
}
contents >"$scratch/before"
contents ! -type d >"$scratch/files_before"

run_dpkg "$root" --install "$package" || fail "dpkg does not install the package: $(cat "$scratch/log")"
[[ $(dpkg-query --root="$root" -W -f '${db:Status-Status}' som) == installed ]] || fail "dpkg does not know som"
[[ $(chroot "$root" /usr/bin/som Hello) == "Hello, World!" ]] || fail "the installed som does not run Hello"
[[ $(chroot "$root" /usr/bin/som -p "Display textOf: #(1)") == "'#(1)'" ]] || fail "the installed som lacks its optional classes"
for file in man/man1/som.1 bash-completion/completions/som zsh/vendor-completions/_som doc/som/copyright; do
  [[ -n $(find "$root/usr/share/$file" "$root/usr/share/$file.gz" -size +0 2>/dev/null) ]] || fail "$file is not installed"
done
run_dpkg "$root" --verify som || fail "files differ from those of the package: $(cat "$scratch/log")"

run_dpkg "$root" --purge som || fail "dpkg does not remove the package: $(cat "$scratch/log")"
left=$(contents | comm -13 "$scratch/before" -)
[[ -z $left ]] || fail "removing the package leaves: $left"
# Directories that no package owns go with the last file in them.
contents ! -type d | cmp -s "$scratch/files_before" - || fail "removing the package takes other files along"
echo "dpkg installs and removes the package, on ${#needed[@]} packages that it depends on"
