#!/bin/bash
# Debian roots to try the packages in. roots.sh make SUITE ROOT [PACKAGE...] | copy FROM TO | remove ROOT
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")

make_root() { # a minimal system and some packages; made aside and renamed, so that a broken download leaves nothing behind
  local suite=$1 root=$2; shift 2
  [ -d "$root" ] && return 0
  remove "$root.part"; mkdir -p "$(dirname "$root")"
  echo "Making a Debian $suite root ..." >&2
  debootstrap --variant=minbase "$suite" "$root.part" "$(python3 -m installer.downloads mirror)" > "$root.log" 2>&1 \
    || { tail -5 "$root.log" >&2; echo "The Debian mirror did not give a $suite system; please try again later." >&2; exit 4; }
  if [ $# -gt 0 ]; then
    "$here/enter.sh" "$root.part" sh -c 'apt-get -qq update && apt-get -qq install -y --no-install-recommends "$@"' apt "$@" \
      >> "$root.log" 2>&1 </dev/null \
      || { tail -5 "$root.log" >&2; echo "The Debian mirror did not give packages for $suite; please try again later." >&2; exit 4; }
  fi
  mv "$root.part" "$root"
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
