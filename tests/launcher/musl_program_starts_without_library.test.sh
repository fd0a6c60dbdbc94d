#!/bin/sh
# SPDX-License-Identifier: MIT
# musl's loader ends a program when it cannot link a preloaded library, and ours needs glibc. The
# sample's loader has a name like musl's and is glibc's, so that the test needs no musl.
. "$(dirname -- "$0")/lib.sh"

cat >"$TEST_TMP/show.c" <<'END'
#include <stdio.h>
#include <stdlib.h>
__attribute__((constructor)) static void show(void)
{
    printf("LD_PRELOAD is %s\n", getenv("LD_PRELOAD") ? "set" : "not set");
}
END
build_program "$TEST_TMP/program" "$TEST_TMP/show.c"
loader=$(od -An -c -v "$TEST_TMP/program" | tr -d ' \n' | grep -oE '/lib[^\\]*/ld-linux[^\\]*' | head -1)
ln -s "$loader" "$TEST_TMP/ld-musl-here.so.1"
build_program "$TEST_TMP/program" "$TEST_TMP/show.c" \
    -Wl,--dynamic-linker="$TEST_TMP/ld-musl-here.so.1"
run "$unstale" "$TEST_TMP/program"
expect_status 0
expect_out 'LD_PRELOAD is not set
ran'
expect_refusal 0 'linked with musl'
