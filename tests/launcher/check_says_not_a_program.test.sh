#!/bin/sh
# SPDX-License-Identifier: MIT
# Files that are no program at all.
. "$(dirname -- "$0")/lib.sh"

expect_check "$REPO/VERSION" 'not executable'
write_script "$TEST_TMP/words" 'just words'
expect_check "$TEST_TMP/words" 'neither ELF nor a script'
: >"$TEST_TMP/words"
expect_check "$TEST_TMP/words" 'neither ELF nor a script'
expect_check "$TEST_TMP" 'not a file'
run "$unstale" check "$TEST_TMP/absent"
expect_status 1
expect_out "$TEST_TMP/absent: not found"
