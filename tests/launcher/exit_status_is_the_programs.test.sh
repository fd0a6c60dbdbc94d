#!/bin/sh
# SPDX-License-Identifier: MIT
# The launcher becomes the program, so the exit status is the program's.
. "$(dirname -- "$0")/lib.sh"

run "$unstale" sh -c 'exit 37'
expect_status 37
run "$unstale" true
expect_status 0
