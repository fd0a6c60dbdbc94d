#!/bin/sh
# SPDX-License-Identifier: MIT
# A program that cannot be shimmed is started all the same, after one line.
. "$(dirname -- "$0")/lib.sh"

build_program "$TEST_TMP/program" -static
run "$unstale" "$TEST_TMP/program"
expect_status 0
expect_out ran
expect_err "unstale: warning: $TEST_TMP/program: \
cannot be shimmed: static: no loader, so no LD_PRELOAD"
