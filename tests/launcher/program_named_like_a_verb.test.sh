#!/bin/sh
# SPDX-License-Identifier: MIT
# A program called check is started with run or after --.
. "$(dirname -- "$0")/lib.sh"

mkdir "$TEST_TMP/bin"
build_program "$TEST_TMP/bin/check"
PATH=$TEST_TMP/bin:$PATH
run "$unstale" run check
expect_out ran
run "$unstale" -- check
expect_out ran
