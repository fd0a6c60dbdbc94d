#!/bin/sh
# SPDX-License-Identifier: MIT
# With a program that can be shimmed the launcher itself says nothing.
. "$(dirname -- "$0")/lib.sh"

run "$unstale" --idle 3s true
expect_status 0
expect_out ''
expect_err ''
