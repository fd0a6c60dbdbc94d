#!/bin/sh
# SPDX-License-Identifier: MIT
# A file that is no ledger, is cut off or of another version is named in one line, and makes the exit
# status 1; the others count.
. "$(dirname -- "$0")/lib.sh"

mkdir "$TEST_TMP/ledgers"
echo nothing >"$TEST_TMP/ledgers/a.ledger"
printf 'unstale\0\11\0\0\0' >"$TEST_TMP/ledgers/b.ledger"
head -c 200 /dev/zero >>"$TEST_TMP/ledgers/b.ledger"
: >"$TEST_TMP/ledgers/c.ledger"
echo nothing >"$TEST_TMP/ledgers/not-looked-at"
run "$unstale" report "$TEST_TMP/ledgers" "$TEST_TMP/missing"
expect_status 1
expect_out 'unstale: no connection was seen'
expect_err "unstale: $TEST_TMP/ledgers/a.ledger: is no ledger
unstale: $TEST_TMP/ledgers/b.ledger: is a ledger of version 9; this program reads version 2
unstale: $TEST_TMP/ledgers/c.ledger: is no ledger
unstale: $TEST_TMP/missing: No such file or directory"
rm "$TEST_TMP/ledgers"/*.ledger
run "$unstale" report "$TEST_TMP/ledgers"
expect_status 0
expect_out 'unstale: no connection was seen'
run "$unstale" report
expect_status 2
