#!/bin/sh
# SPDX-License-Identifier: MIT
# Every flag is one environment variable, in both spellings.
. "$(dirname -- "$0")/lib.sh"

printf '[default]\nidle = 9s\n' >"$TEST_TMP/one.ini"
show='echo "$UNSTALE_IDLE $UNSTALE_ACTION $UNSTALE_CONFIG $UNSTALE_LOG"'
expected="3s observe $TEST_TMP/one.ini $TEST_TMP/log"

run "$unstale" --idle 3s --action observe --config "$TEST_TMP/one.ini" --log "$TEST_TMP/log" \
    sh -c "$show"
expect_out "$expected"
run "$unstale" run --idle=3s --action=observe --config="$TEST_TMP/one.ini" \
    --log="$TEST_TMP/log" -- sh -c "$show"
expect_out "$expected"
