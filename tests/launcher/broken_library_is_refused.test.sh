#!/bin/sh
# SPDX-License-Identifier: MIT
# A library that the loader cannot load is found out before the program starts.
. "$(dirname -- "$0")/lib.sh"

patch_byte "$library" 18 363
run "$unstale" touch "$TEST_TMP/started"
expect_status 2
[ ! -e "$TEST_TMP/started" ] || fail 'the program was started all the same'
