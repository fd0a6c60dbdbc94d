#!/bin/sh
# SPDX-License-Identifier: MIT
# A bad setting ends the launcher: the library's own line, status 2, and no program.
. "$(dirname -- "$0")/lib.sh"

run "$unstale" --idle 3 touch "$TEST_TMP/started"
expect_refusal 2 "UNSTALE_IDLE: '3' has no unit; write 3s or 3ms"
[ ! -e "$TEST_TMP/started" ] || fail 'the program was started all the same'

run "$unstale" --action bogus touch "$TEST_TMP/started"
expect_refusal 2 UNSTALE_ACTION
[ ! -e "$TEST_TMP/started" ] || fail 'the program was started all the same'
