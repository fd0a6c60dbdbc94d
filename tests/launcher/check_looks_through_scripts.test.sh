#!/bin/sh
# SPDX-License-Identifier: MIT
# Of a script it is the interpreter that counts, also through env and through another script.
. "$(dirname -- "$0")/lib.sh"

cd "$TEST_TMP" || exit 1
for line in '#!/bin/sh -e' '#! /bin/sh' '#!/usr/bin/env sh' '#!/usr/bin/env -S A=b sh -e'; do
    write_script script "$line"
    run "$unstale" check ./script
    expect_out './script: can be shimmed'
done

build_program static -static
write_script script "#!$TEST_TMP/static"
expected="cannot be shimmed: its interpreter $TEST_TMP/static: static: no loader, so no LD_PRELOAD"
run "$unstale" check ./script
expect_status 1
expect_out "./script: $expected"
write_script outer "#!$TEST_TMP/script"
run "$unstale" check ./outer
expect_out "./outer: $expected"

write_script script '#!/no/such/interpreter'
run "$unstale" check ./script
expect_out './script: cannot be shimmed: its interpreter /no/such/interpreter is not found'
write_script script "#!$TEST_TMP/script"
run "$unstale" check ./script
expect_status 1
