#!/bin/bash
# Builds CPython for the embedded package: zlib, libffi and OpenSSL beside it, for a glibc of 2.17,
# with the Zig compiler, which needs no cross toolchain of the machine's.
#   build.sh MACHINE SOURCES WORK     leaves the installed tree in WORK/runtime
# SOURCES holds the unpacked python, openssl, libffi and zlib. ZIG: the compiler; PREFIX: where the
# tree will lie; BUILD_PYTHON: for another machine, the same version built for this one.
set -euo pipefail
machine=$1 sources=$2 work=$3
glibc=2.17
triple=$machine-linux-gnu
here=$(uname -m)-linux-gnu
deps=$work/deps
mkdir -p "$work/bin" "$deps/lib" "$deps/include"

printf '#!/bin/sh\nexec "%s" cc -target %s.%s "$@"\n' "$ZIG" "$triple" "$glibc" >"$work/bin/cc"
for tool in ar ranlib; do printf '#!/bin/sh\nexec "%s" %s "$@"\n' "$ZIG" "$tool" >"$work/bin/$tool"; done
chmod +x "$work"/bin/*
# No C++: configure scripts that look for it would have Zig build its whole library first.
export CC=$work/bin/cc CXX=$work/bin/cc AR=$work/bin/ar RANLIB=$work/bin/ranlib
export ZIG_LOCAL_CACHE_DIR=$work/zig ZIG_GLOBAL_CACHE_DIR=$work/zig
export CFLAGS="-O2 -fPIC -g0 -fno-sanitize=undefined"
jobs=$(nproc)

build() {
  local name=$1
  shift
  [ -e "$work/$name.built" ] && return
  echo "$(date +%T) $machine $name"
  rm -rf "${work:?}/$name"
  cp -a "$sources/$name" "$work/$name"
  # in the background, since `set -e` is off in whatever stands before ||
  (cd "$work/$name" && "$@") >"$work/$name.log" 2>&1 &
  wait $! || { tail -n 40 "$work/$name.log" >&2; exit 1; }
  touch "$work/$name.built"
}

zlib() {
  CHOST=$triple ./configure --static --prefix="$deps"
  make -j"$jobs" libz.a
  cp libz.a "$deps/lib"
  cp zlib.h zconf.h "$deps/include"
}

libffi() {
  autoreconf -fi
  ./configure --host="$triple" --build="$here" --disable-shared --enable-static --prefix="$deps" \
    --libdir="$deps/lib" --disable-multi-os-directory --disable-docs
  make -j"$jobs"
  make install
}

openssl() {
  # it tells of its compiler, its prefix and its day: they are the same wherever it is built
  export SOURCE_DATE_EPOCH=1577836800 PATH=$work/bin:$PATH CC=cc AR=ar RANLIB=ranlib
  ./Configure "linux-$machine" shared no-tests no-apps no-docs no-legacy no-async no-engine no-module \
    --prefix="$PREFIX" --libdir=lib --openssldir=/etc/ssl "-Wl,-rpath,$PREFIX/lib" -Wl,-s
  make -j"$jobs" build_libs
  make install_dev DESTDIR="$work/ssl"
  cp -a "$work/ssl$PREFIX/." "$deps"
}

python() {
  # what is built says nothing of when it was built
  sed -i '1i #define DATE "Jan  1 2020"\n#define TIME "00:00:00"' Modules/getbuildinfo.c
  local cross=() absent=()
  if [ "$triple" != "$here" ]; then
    cross=(--with-build-python="$BUILD_PYTHON" ac_cv_file__dev_ptmx=yes ac_cv_file__dev_ptc=no ac_cv_buggy_getaddrinfo=no)
  fi
  for module in _tkinter _dbm _gdbm _curses _curses_panel _lzma _bz2 _sqlite3 _uuid; do
    absent+=("py_cv_module_$module=n/a")
  done
  CFLAGS="-fPIC -g0 -fno-sanitize=undefined" CPPFLAGS="-I$deps/include" \
    LDFLAGS="-L$deps/lib -Wl,-rpath,$PREFIX/lib -Wl,-s" \
    PKG_CONFIG_PATH= PKG_CONFIG_LIBDIR="$deps/lib/pkgconfig" \
    ./configure --prefix="$PREFIX" --host="$triple" --build="$here" --without-ensurepip \
    --disable-test-modules --without-static-libpython --with-openssl="$deps" \
    --without-readline "${cross[@]}" "${absent[@]}" py_cv_module_readline=n/a py_cv_module_nis=n/a
  # the build imports what it has made, for which OpenSSL is not where it will lie
  [ "$triple" != "$here" ] || export LD_LIBRARY_PATH=$deps/lib
  make -j"$jobs" LINKFORSHARED="-pie -Wl,--export-dynamic"
  rm -rf "$work/dest"
  make install DESTDIR="$work/dest" LINKFORSHARED="-pie -Wl,--export-dynamic"
}

build zlib zlib
build libffi libffi
build openssl openssl
build python python
rm -rf "$work/runtime"
cp -a "$work/dest$PREFIX" "$work/runtime"
cp -L "$deps"/lib/libcrypto.so.3 "$deps"/lib/libssl.so.3 "$work/runtime/lib"
sed -i "s#$work#/build#g; s#${BUILD_PYTHON:-$work}#/build/python3#g" "$work"/runtime/lib/python3.*/_sysconfigdata_*.py
echo "$(date +%T) $machine done"
