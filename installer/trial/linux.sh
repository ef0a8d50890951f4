#!/bin/bash
# Runs inside a bare Debian 11: the life of the .deb. linux.sh OLD.deb NEW.deb OUT OLD-VERSION NEW-VERSION
set -euo pipefail
old=$1 new=$2 out=$3 old_version=$4 new_version=$5
say() { echo "debian 11: $*"; }
fail() { echo "debian 11: FAILED: $*"; exit 1; }
add() { apt-get -qq -o Acquire::Retries=3 install -y --no-install-recommends "$@" >/tmp/apt.log 2>&1 </dev/null; }
version() { dpkg-query -W -f '${Version}' kangyi; }

apt-get -qq -o Acquire::Retries=3 update >/tmp/apt.log 2>&1 || { tail -3 /tmp/apt.log; echo "The Debian mirror did not answer; please try again later."; exit 1; }
add "$old" || { tail -5 /tmp/apt.log; fail "the .deb of $old_version or what it depends on could not be installed"; }
say "installed $old_version on glibc $(getconf GNU_LIBC_VERSION | cut -d' ' -f2), with nothing but its Depends"

# as somebody who may write nowhere but at home
useradd -m worker
as_worker() { su worker -s /bin/sh -c "$1"; }
as_worker "kangyi --smoke /home/worker/smoke.json" >/tmp/smoke.log 2>&1 || { tail -5 /tmp/smoke.log; fail "--smoke"; }
cp /home/worker/smoke.json "$out/linux-smoke.json"
say "--smoke passed"

# only now what the window needs to be seen; the package itself must not need it
add xvfb x11-utils imagemagick procps || { tail -3 /tmp/apt.log; echo "The Debian mirror did not answer; please try again later."; exit 1; }
mkdir -p /home/worker/.local/share/kangyi/station; echo "written by people" > /home/worker/.local/share/kangyi/station/kept; chown -R worker /home/worker
Xvfb :7 -screen 0 1366x768x24 >/dev/null 2>&1 &
export DISPLAY=:7
sleep 2
as_worker "DISPLAY=:7 exec kangyi" >/tmp/window.log 2>&1 & program=$!
up=""; for i in $(seq 60); do sleep 1; if xwininfo -root -tree | grep -q '("kangyi" "kangyi")'; then up=yes; break; fi; done
sleep 4; import -window root "$out/linux-window.png"
[ -n "$up" ] || { tail -5 /tmp/window.log; fail "no window of ours came up"; }
say "a window is up"

if dpkg -i "$new" >/tmp/refused.log 2>&1; then fail "an upgrade while running was not refused"; fi
grep -q "康驿正在运行" /tmp/refused.log || { cat /tmp/refused.log; fail "the refusal says nothing"; }
[ "$(version)" = "$old_version" ] && dpkg --verify kangyi && [ ! -e "/opt/kangyi/$new_version" ] || fail "the refused upgrade changed something"
if dpkg -r kangyi >/tmp/refused.log 2>&1; then fail "removal while running was not refused"; fi
say "upgrade and removal refused while running, nothing changed"
pkill -u worker python3.13; wait "$program" || true

dpkg -i "$new" >/tmp/dpkg.log 2>&1 || { cat /tmp/dpkg.log; fail "the upgrade"; }
[ "$(version)" = "$new_version" ] && [ ! -e "/opt/kangyi/$old_version" ] || fail "the upgrade left $(ls /opt/kangyi)"
as_worker "kangyi --smoke /home/worker/again.json" >/tmp/smoke.log 2>&1 || { tail -5 /tmp/smoke.log; fail "--smoke after the upgrade"; }
dpkg --verify kangyi || fail "running the program changed its files"
say "upgraded to $new_version"

dpkg -r kangyi >/dev/null 2>&1 || fail "removal"
[ ! -e /opt/kangyi ] && [ ! -e /usr/bin/kangyi ] || fail "removal left files"
dpkg -P kangyi >/dev/null 2>&1 || true
[ "$(cat /home/worker/.local/share/kangyi/station/kept)" = "written by people" ] || fail "removal touched data"
say "removed, data kept"
