#!/bin/sh
# SPDX-License-Identifier: MIT
# Every flag is one environment variable, in both spellings. Relative paths become absolute, so that they
# hold for what the program starts elsewhere, too.
. "$(dirname -- "$0")/lib.sh"

printf '[default]\nidle = 9s\n' >"$TEST_TMP/one.ini"
cd "$TEST_TMP" || exit 1
show='echo "$UNSTALE_IDLE $UNSTALE_ACTION $UNSTALE_CONFIG $UNSTALE_LOG"'
expected="3s observe $TEST_TMP/one.ini $TEST_TMP/log"

run "$unstale" --idle 3s --action observe --config "$TEST_TMP/one.ini" --log "$TEST_TMP/log" \
    sh -c "$show"
expect_out "$expected"
run "$unstale" run --idle=3s --action=observe --config="$TEST_TMP/one.ini" \
    --log="$TEST_TMP/log" -- sh -c "$show"
expect_out "$expected"

mkdir ledgers
run "$unstale" --config one.ini --log ./log --ledger=ledgers \
    sh -c 'cd / && echo "$UNSTALE_CONFIG $UNSTALE_LOG $UNSTALE_LEDGER"'
expect_out "$TEST_TMP/one.ini $TEST_TMP/./log $TEST_TMP/ledgers"
run "$unstale" --log stderr sh -c 'echo "$UNSTALE_LOG"'
expect_out stderr
