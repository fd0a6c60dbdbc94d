#!/bin/sh
# SPDX-License-Identifier: MIT
# Each mistake in a file gets its line, with the place, and the exit status is 2.
. "$(dirname -- "$0")/lib.sh"

printf '[default]\nidle = bogus\naction = bogus\n' >"$TEST_TMP/bad.ini"
run "$unstale" check-config "$TEST_TMP/bad.ini"
expect_status 2
for line in 2 3; do
    case $err in
    *"$TEST_TMP/bad.ini:$line"*) ;;
    *) fail "no word on line $line: $err" ;;
    esac
done
