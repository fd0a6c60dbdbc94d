#!/bin/sh
# SPDX-License-Identifier: MIT
# What env prints does for a shell what the launcher does for one program.
. "$(dirname -- "$0")/lib.sh"

run "$unstale" env --idle 3s --log "$TEST_TMP/it's a log"
expect_status 0
eval "$out"
[ "$UNSTALE_IDLE" = 3s ] || fail "UNSTALE_IDLE is $UNSTALE_IDLE"
[ "$UNSTALE_LOG" = "$TEST_TMP/it's a log" ] || fail "UNSTALE_LOG is $UNSTALE_LOG"
[ "$LD_PRELOAD" = "$library" ] || fail "LD_PRELOAD is $LD_PRELOAD"
