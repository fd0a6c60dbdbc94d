#!/bin/sh
# SPDX-License-Identifier: MIT
# Unknown flags, flags without a value, a missing program and empty words: one line, status 2.
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
run "$unstale" check-config ''
expect_refusal 2 'the name of a file'
run "$unstale" explain ''
expect_refusal 2 'HOST:PORT'
run "$unstale" explain
expect_refusal 2 'HOST:PORT'
run "$unstale" explain a:1 b c
expect_refusal 2 'HOST:PORT'
