#!/bin/sh
# SPDX-License-Identifier: MIT
# As process 1 of a container the program would run without help and nobody would know why.
. "$(dirname -- "$0")/lib.sh"

run unshare --pid --fork "$unstale" sh -c 'echo $$'
expect_refusal 0 'process 1'
expect_out 1
