#!/bin/sh
# SPDX-License-Identifier: MIT
# What stands in LD_PRELOAD stays there, in its order, and ours comes last.
. "$(dirname -- "$0")/lib.sh"

for name in libfirst.so libsecond.so; do
    build_program "$TEST_TMP/$name" -shared -fPIC
done
export LD_PRELOAD="$TEST_TMP/libfirst.so $TEST_TMP/libsecond.so"
run "$unstale" sh -c 'echo "$LD_PRELOAD"'
expect_out "$TEST_TMP/libfirst.so:$TEST_TMP/libsecond.so:$library"
