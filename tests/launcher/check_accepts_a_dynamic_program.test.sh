#!/bin/sh
# SPDX-License-Identifier: MIT
# An ordinary program, found by path or by name, can be shimmed.
. "$(dirname -- "$0")/lib.sh"

build_program "$TEST_TMP/program"
run "$unstale" check "$TEST_TMP/program"
expect_status 0
expect_out "$TEST_TMP/program: can be shimmed"
run "$unstale" check cat
expect_out 'cat: can be shimmed'
