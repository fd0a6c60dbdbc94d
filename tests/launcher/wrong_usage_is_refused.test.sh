#!/bin/sh
# SPDX-License-Identifier: MIT
# Unknown flags, flags without a value and a missing program: one line, status 2.
. "$(dirname -- "$0")/lib.sh"

run "$unstale"
expect_refusal 2 'no program'
run "$unstale" --idle 3s
expect_refusal 2 'no program'
run "$unstale" --bogus true
expect_refusal 2 '--bogus'
run "$unstale" --idle
expect_refusal 2 '--idle needs a value'
run "$unstale" --log= true
expect_refusal 2 '--log needs a value'
run "$unstale" check
expect_refusal 2 'one program'
