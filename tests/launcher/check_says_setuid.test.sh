#!/bin/sh
# SPDX-License-Identifier: MIT
# setuid and setgid programs do not get the library.
. "$(dirname -- "$0")/lib.sh"

build_program "$TEST_TMP/program"
chmod 4755 "$TEST_TMP/program"
expect_check "$TEST_TMP/program" 'setuid: the loader ignores LD_PRELOAD'
chmod 2755 "$TEST_TMP/program"
expect_check "$TEST_TMP/program" 'setgid: the loader ignores LD_PRELOAD'
