#!/bin/sh
# SPDX-License-Identifier: MIT
# A sanitizer's runtime has to be first in LD_PRELOAD, whatever stood there.
. "$(dirname -- "$0")/lib.sh"

for name in libasan.so.8 libother.so; do
    build_program "$TEST_TMP/$name" -shared -fPIC
done
export LD_PRELOAD="$library:$TEST_TMP/libasan.so.8:$TEST_TMP/libother.so"
run "$unstale" sh -c 'echo "$LD_PRELOAD"'
expect_out "$TEST_TMP/libasan.so.8:$TEST_TMP/libother.so:$library"
