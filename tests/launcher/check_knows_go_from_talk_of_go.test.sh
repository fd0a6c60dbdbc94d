#!/bin/sh
# SPDX-License-Identifier: MIT
# A program that only has the words of Go's mark among its constants is no Go program.
. "$(dirname -- "$0")/lib.sh"

cat >"$TEST_TMP/talk.c" <<'END'
const char words[] = "\xff Go buildinf:";
END
build_program "$TEST_TMP/program" "$TEST_TMP/talk.c"
run "$unstale" check "$TEST_TMP/program"
expect_out "$TEST_TMP/program: can be shimmed"
