#!/bin/sh
# SPDX-License-Identifier: MIT
# A bad variable around it says nothing about the file.
. "$(dirname -- "$0")/lib.sh"

printf '[default]\nidle = 3s\n' >"$TEST_TMP/good.ini"
export UNSTALE_IDLE=3 UNSTALE_DISABLE=1
run "$unstale" check-config "$TEST_TMP/good.ini"
expect_out "$TEST_TMP/good.ini: ok"
printf '[default]\nidle = bogus\n' >"$TEST_TMP/bad.ini"
run "$unstale" check-config "$TEST_TMP/bad.ini"
expect_status 2
