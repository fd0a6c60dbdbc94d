#!/bin/sh
# SPDX-License-Identifier: MIT
# As in a shell: 127 when there is no such program, 126 when it cannot be executed.
. "$(dirname -- "$0")/lib.sh"

run "$unstale" no-such-program-here
expect_refusal 127 'no-such-program-here: not found'
run "$unstale" "$TEST_TMP/absent"
expect_refusal 127 "$TEST_TMP/absent: not found"
run "$unstale" "$REPO/VERSION"
expect_refusal 126 "$REPO/VERSION: permission denied"
run "$unstale" "$TEST_TMP"
expect_refusal 126 "$TEST_TMP: is a directory"
