#!/bin/bash
# Run a command inside a Debian root: enter.sh ROOT COMMAND...
# Mounts and processes live in namespaces of their own and vanish with the command; the /dev of this machine is never bound,
# for then a careless deletion of the root would delete the machine's own devices.
set -euo pipefail
root=$(readlink -f "$1"); shift
export ROOT_OF_TRIAL="$root"
exec unshare -m -p --fork --kill-child --propagation private bash -euc '
  root=$ROOT_OF_TRIAL; unset ROOT_OF_TRIAL
  mount -t proc proc "$root/proc"
  mount -t tmpfs tmpfs "$root/dev"
  mknod -m 666 "$root/dev/null" c 1 3; mknod -m 666 "$root/dev/zero" c 1 5
  mknod -m 666 "$root/dev/random" c 1 8; mknod -m 666 "$root/dev/urandom" c 1 9; mknod -m 666 "$root/dev/tty" c 5 0
  ln -s /proc/self/fd "$root/dev/fd"; ln -s /proc/self/fd/0 "$root/dev/stdin"
  ln -s /proc/self/fd/1 "$root/dev/stdout"; ln -s /proc/self/fd/2 "$root/dev/stderr"
  mkdir "$root/dev/shm"; mount -t tmpfs tmpfs "$root/dev/shm"
  mount -t tmpfs tmpfs "$root/tmp"; chmod 1777 "$root/tmp"
  exec chroot "$root" /usr/bin/env -i HOME=/root LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"
' enter "$@"
