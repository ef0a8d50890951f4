#!/bin/bash
# ./dev package-test: both packages live their lives in roots of their own. What is left to look at stands in build/trial.
# Says so when a mirror or registry did not answer (after three attempts): then no package is at fault. run.sh PYTHON
set -euo pipefail
python=$1
here=$(dirname "$(readlink -f "$0")"); cd "$here/../.."
[ "$(id -u)" = 0 ] || { echo "This makes Debian roots and enters them, so it must run as root: sudo ./dev package-test" >&2; exit 3; }
out=build/trial; old=0.0.1
stamp=$("$here/stamp.sh") # of what is being tried, whatever is edited meanwhile
new=$("$python" -c 'from installer import tree; print(tree.version())')
rm -rf "$out"; mkdir -p "$out"

try() { # a copy of a root, in which one script runs; the root is thrown away
  local root=$1 copy=build/roots/$2 script=$3 old_file=$4 new_file=$5
  "$here/roots.sh" copy "$root" "$copy"
  mkdir "$copy/trial"; cp "$here/$script" "$old_file" "$new_file" "$copy/trial/"
  local status=0
  "$here/enter.sh" "$copy" bash "/trial/$script" "/trial/$(basename "$old_file")" "/trial/$(basename "$new_file")" /trial "$old" "$new" || status=$?
  cp "$copy"/trial/*.png "$copy"/trial/*.json "$out/" 2>/dev/null || true
  "$here/roots.sh" remove "$copy"
  return "$status"
}

reads() { # words of the first window must stand in the picture; OCR, because a box for each sign would look like text
  tesseract "$out/$1.png" - -l chi_sim --psm 11 2>/dev/null | tr -d ' \n' | grep -q "$2" \
    || { echo "No Chinese text ($2) can be read in $out/$1.png" >&2; exit 1; }
  echo "$1.png: reads $2"
}

bullseye=$("$here/roots.sh" make bullseye)
"$python" -m installer.package deb
"$python" -m installer.package deb --fast --tree build/tree/linux --version "$old" --dist "$out"
try "$bullseye" try-linux linux.sh "$out/kangyi_${old}_amd64.deb" "build/dist/kangyi_${new}_amd64.deb"
reads linux-window 站点信息

trixie=$("$here/roots.sh" make trixie wine wine64 xvfb x11-utils imagemagick)
"$python" -m installer.package win
"$python" -m installer.package win --fast --tree build/tree/windows --version "$old" --dist "$out"
try "$trixie" try-windows windows.sh "$out/kangyi-$old-setup.exe" "build/dist/kangyi-$new-setup.exe"
reads windows-window 站点信息

echo "$stamp" > installer/tried
echo "Both packages passed; installer/tried says for which installer/ and requirements/."
