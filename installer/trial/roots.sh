#!/bin/bash
# Debian roots to try the packages in. roots.sh make SUITE [PACKAGE...] (prints where) | copy FROM TO | remove ROOT
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")

make_root() { # a minimal system and some packages; made aside and renamed, so that a broken download leaves nothing behind
  local suite=$1 root; shift
  root=$here/../../build/roots/$suite-$(echo "$suite $*" | sha256sum | cut -c1-8)
  if [ -d "$root" ]; then echo "$root"; return 0; fi
  remove "$root.part"; mkdir -p "$(dirname "$root")"
  echo "Making a Debian $suite root ..." >&2
  local try
  for try in 1 2 3; do
    debootstrap --variant=minbase "$suite" "$root.part" "$(python3 -m installer.downloads mirror)" > "$root.log" 2>&1 && break
    remove "$root.part"
  done
  [ -d "$root.part" ] || { tail -5 "$root.log" >&2; echo "The Debian mirror did not give a $suite system; please try again later." >&2; exit 1; }
  if [ $# -gt 0 ]; then
    "$here/enter.sh" "$root.part" sh -c 'apt-get -qq -o Acquire::Retries=3 update && apt-get -qq -o Acquire::Retries=3 install -y --no-install-recommends "$@"' apt "$@" \
      >> "$root.log" 2>&1 </dev/null \
      || { tail -5 "$root.log" >&2; echo "The Debian mirror did not give packages for $suite; please try again later." >&2; exit 1; }
  fi
  mv "$root.part" "$root"
  echo "$root"
}

copy() {
  remove "$2"
  cp -a --reflink=auto "$1" "$2"
}

remove() { # never across a mount, and never while something is mounted below
  [ -e "$1" ] || return 0
  local root; root=$(readlink -f "$1")
  if grep -qF " $root/" /proc/mounts; then echo "Something is still mounted below $root" >&2; exit 1; fi
  rm -rf --one-file-system "$root"
}

case "$1" in
  make) shift; make_root "$@" ;;
  copy) copy "$2" "$3" ;;
  remove) remove "$2" ;;
esac
