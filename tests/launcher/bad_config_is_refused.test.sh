#!/bin/sh
# SPDX-License-Identifier: MIT
# A mistake in the file is refused with its place.
. "$(dirname -- "$0")/lib.sh"

printf '[default]\nidle = bogus\n' >"$TEST_TMP/bad.ini"
run "$unstale" --config "$TEST_TMP/bad.ini" true
expect_refusal 2 "$TEST_TMP/bad.ini:2"
