#!/bin/sh
# Compile CPython for glibc 2.28: cpython.sh ZIG_PYTHON SOURCE.tar.xz ZLIB.tar.gz LIBFFI.deb WORK OUT
# zig brings the link stubs of old glibc versions, so the machine that builds may be newer than the one that runs.
set -eu
zig_python=$1 source=$2 zlib=$3 libffi=$4 work=$5 out=$6

rm -rf "$work"; mkdir -p "$work/deps/lib" "$work/deps/include" "$work/ffi"; cd "$work"
for tool in cc c++; do
  printf '#!/bin/sh\nexec "%s" -m ziglang %s -target x86_64-linux-gnu.2.28 "$@"\n' "$zig_python" "$tool" > "z$tool"
done
for tool in ar ranlib; do printf '#!/bin/sh\nexec "%s" -m ziglang %s "$@"\n' "$zig_python" "$tool" > "z$tool"; done
chmod +x z*
export CC="$work/zcc" CXX="$work/zc++" AR="$work/zar" RANLIB="$work/zranlib"
export ZIG_GLOBAL_CACHE_DIR="$work/zig-cache" ZIG_LOCAL_CACHE_DIR="$work/zig-cache"

mkdir zlib && tar xf "$zlib" -C zlib --strip-components 1
(cd zlib && CFLAGS="-O2 -fPIC" ./configure --static >/dev/null && make -s libz.a)
cp zlib/libz.a deps/lib; cp zlib/zlib.h zlib/zconf.h deps/include
dpkg-deb -x "$libffi" ffi
cp ffi/usr/lib/x86_64-linux-gnu/libffi_pic.a deps/lib/libffi.a; cp ffi/usr/include/x86_64-linux-gnu/ffi*.h deps/include

mkdir python && tar xf "$source" -C python --strip-components 1 && cd python
# PKG_CONFIG_LIBDIR: nothing else of this machine may slip in (it would not be there on the other one).
# -Wno-date-time: zig makes __DATE__ an error.
PKG_CONFIG_LIBDIR=/nonexistent ZLIB_CFLAGS="-I$work/deps/include" ZLIB_LIBS="-L$work/deps/lib -lz" \
  LIBFFI_CFLAGS="-I$work/deps/include" LIBFFI_LIBS="-L$work/deps/lib -lffi" \
  ./configure -q --prefix=/python --without-ensurepip --disable-test-modules --with-readline=no --without-static-libpython \
  CFLAGS="-O2 -Wno-date-time" LDFLAGS="-s" > ../configure.log 2>&1 || { tail -20 ../configure.log; exit 1; }
make -s -j2 > ../make.log 2>&1 || { tail -20 ../make.log; exit 1; }
rm -rf "$out.part"; make -s install DESTDIR="$out.part" > ../install.log 2>&1 || { tail -20 ../install.log; exit 1; }
rm -rf "$out"; mv "$out.part/python" "$out"; rmdir "$out.part"
cp LICENSE "$out/LICENSE.txt"
