#!/bin/bash
# Runs inside the trixie root: the life of the Windows package under Wine. windows.sh OLD-setup.exe NEW-setup.exe OUT OLD-VERSION NEW-VERSION
set -euo pipefail
old=$1 new=$2 out=$3 old_version=$4 new_version=$5
export HOME=/root/station WINEPREFIX=/root/station/wine WINEDEBUG=-all WINEDLLOVERRIDES="mscoree=;mshtml="
mkdir -p "$HOME"; cd "$HOME"
Xvfb :7 -screen 0 1366x768x24 >/dev/null 2>&1 & export DISPLAY=:7
in_wine() { timeout "$1" wine "${@:2}" </dev/null >/dev/null 2>&1; }
say() { echo "wine: $*"; }
fail() { echo "wine: FAILED: $*"; wineserver -k || true; exit 1; }
status_of() { local got=0; "$@" || got=$?; echo "$got"; }
version() { timeout 60 wine reg query 'HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall\Kangyi' /v DisplayVersion </dev/null 2>/dev/null | tr -d '\r' | awk '/DisplayVersion/ {print $3}'; }
picture() { import -window root "$out/$1.png"; }
# What the window says is read in the picture, outside.
wait_for_window() { local i; for i in $(seq 60); do sleep 1; xwininfo -root -tree 2>/dev/null | grep -qi '("kangyi.exe"' && return 0; done; picture no-window; fail "no window of ours came up"; }

timeout 180 wineboot -i </dev/null >/dev/null 2>&1 || fail "Wine did not start"
local_data=$(echo "$WINEPREFIX"/drive_c/users/*/AppData/Local | head -1)
home="$local_data/Programs/Kangyi"; station="$local_data/Kangyi"

for windows in win7 win81; do
  in_wine 60 winecfg -v "$windows"
  [ "$(status_of in_wine 300 "$new" /S)" = 3 ] || fail "$windows was not refused"
  [ ! -e "$home" ] || fail "the refusal on $windows left files"
done
in_wine 60 winecfg -v win10
say "Windows 7 and 8.1 refused"

[ "$(status_of in_wine 300 "$old" /S)" = 0 ] || fail "the setup of $old_version did not end well"
[ "$(version)" = "$old_version" ] || fail "Windows does not list version $old_version"
[ "$(find "$WINEPREFIX/drive_c" -name '康驿.lnk' | wc -l)" = 2 ] || fail "shortcuts are missing"
say "installed $old_version"

in_wine 300 "$home/Kangyi.exe" --smoke 'C:\smoke.json' || fail "--smoke: $(cat "$WINEPREFIX/drive_c/smoke.json" 2>/dev/null)"
cp "$WINEPREFIX/drive_c/smoke.json" "$out/windows-smoke.json"
say "--smoke passed"

touch "$home/program/pkgs/stale.py"
mkdir -p "$station"; echo "written by people" > "$station/kept"
timeout 300 wine "$home/Kangyi.exe" </dev/null >/dev/null 2>&1 & program=$!
wait_for_window; sleep 4; picture windows-window
say "a window is up"
before=$(cd "$home" && find . -type f | sort | sha256sum)
[ "$(status_of in_wine 300 "$new" /S)" = 2 ] || fail "an upgrade while running was not refused"
[ "$(cd "$home" && find . -type f | sort | sha256sum)" = "$before" ] || fail "the refused upgrade changed files"
[ "$(version)" = "$old_version" ] || fail "the refused upgrade changed the version"
say "upgrade refused while running, nothing changed"
timeout 60 wine taskkill /f /im Kangyi.exe </dev/null >/dev/null 2>&1 || true
wait "$program" || true

[ "$(status_of in_wine 300 "$new" /S)" = 0 ] || fail "the upgrade did not end well"
[ "$(version)" = "$new_version" ] || fail "Windows does not list version $new_version"
[ ! -e "$home/program/pkgs/stale.py" ] && [ ! -e "$home/old" ] && [ ! -e "$home/new" ] || fail "the upgrade left old files"
[ "$(cat "$station/kept")" = "written by people" ] || fail "the upgrade touched data"
say "upgraded to $new_version, data kept"

# a power cut between the two renames: the next start finishes the swap
mv "$home/program" "$home/new"; mkdir "$home/old"
in_wine 300 "$home/Kangyi.exe" --smoke 'C:\again.json' || fail "no start after a power cut in the swap"
[ -d "$home/program" ] || fail "the swap was not finished"
mv "$home/program" "$home/old2"; rmdir "$home/old"; mv "$home/old2" "$home/old"; mkdir "$home/new"
in_wine 300 "$home/Kangyi.exe" --smoke 'C:\third.json' || fail "no start after a power cut before the new one was whole"
say "power cuts in the swap survived"

[ "$(status_of in_wine 120 "$home/uninstall.exe" /S)" = 0 ] || fail "uninstalling did not end well"
for i in $(seq 30); do [ -e "$home" ] || break; sleep 1; done
[ ! -e "$home" ] || fail "uninstalling left $(ls "$home")"
[ "$(find "$WINEPREFIX/drive_c" -name '康驿.lnk' | wc -l)" = 0 ] || fail "uninstalling left shortcuts"
[ "$(cat "$station/kept")" = "written by people" ] || fail "uninstalling touched data"
say "uninstalled, data kept"
wineserver -k || true
