#!/bin/sh
# SPDX-License-Identifier: MIT
# Every line of the example file is right, also those that are commented out for a user to take.
. "$(dirname -- "$0")/lib.sh"

sed 's/^;\([a-z[]\)/\1/' "$REPO/preload.ini" >"$TEST_TMP/all.ini"
[ "$(grep -c '^\[peer' "$TEST_TMP/all.ini")" -gt 4 ] || fail 'the example has lost its peers'
run "$unstale" check-config "$TEST_TMP/all.ini"
expect_out "$TEST_TMP/all.ini: ok"
expect_err ''
