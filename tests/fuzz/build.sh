#!/bin/sh
# SPDX-License-Identifier: MIT
# Compiles the fuzz targets with libFuzzer and sanitizers into build/tests/fuzz. They are no tests of
# `make test`; `run.sh SECONDS` lets each of them work for that long.
set -eu
cd "$(dirname "$0")/../.."
llhttp=${LLHTTP:-/usr/share/llhttp}
include=${LLHTTP_INCLUDE:-/usr/share/include/llhttp}
out=build/tests/fuzz
mkdir -p "$out"
exec 9>"$out/.lock"
flock 9

shared=$(find shim tests/fuzz "$llhttp" -name '*.[ch]' ! -path 'shim/doors/*' -newer "$out/.done" 2>/dev/null ||
    echo all)
[ -n "$shared" ] || exit 0

# compile SOURCE OBJECT "FLAGS"
compile() {
    # shellcheck disable=SC2086  # the flags are words
    clang -std=gnu11 -D_GNU_SOURCE -Ishim -isystem "$include" -g -O1 -fno-omit-frame-pointer \
        -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all $3 -c -o "$2" "$1"
}

rm -rf "$out/parts"
mkdir -p "$out/parts"
find shim -name '*.c' ! -path 'shim/doors/*' | # as tests/unit/unit.mk has it
    while read -r source; do
        compile "$source" "$out/parts/$(basename "$source" .c).o" "-Wall -Wextra -Werror"
    done
for name in llhttp http api; do
    compile "$llhttp/$name.c" "$out/parts/llhttp_$name.o" "-w -Dabort=__builtin_unreachable"
done
rm -f "$out/parts.a"
ar rcs "$out/parts.a" "$out"/parts/*.o
for source in tests/fuzz/*.c; do
    name=$(basename "$source" .c)
    compile "$source" "$out/$name.o" "-Wall -Wextra -Werror"
    clang -fsanitize=fuzzer,address,undefined -o "$out/$name" "$out/$name.o" "$out/parts.a" \
        -l:libinih.a -pthread
done
touch "$out/.done"
