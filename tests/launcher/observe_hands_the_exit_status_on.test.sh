#!/bin/sh
# SPDX-License-Identifier: MIT
# Between the launcher and an observed program stands another one, which must not show: the exit status
# is the program's, signals reach it, and its output is its own.
. "$(dirname -- "$0")/lib.sh"

run "$unstale" observe -- sh -c 'echo mine; exit 37'
expect_status 37
expect_out mine
expect_err 'unstale: no connection was seen'
run "$unstale" observe sh -c 'kill -TERM $$'
expect_status 143
run "$unstale" observe -- no-such-program
expect_status 127
# Sent to the launcher's own number.
"$unstale" observe -- sh -c 'trap "exit 9" TERM; echo ready; while :; do sleep 0.1; done' \
    >"$TEST_TMP/out" 2>&1 &
observed=$!
while ! grep -q ready "$TEST_TMP/out"; do sleep 0.1; done
kill "$observed"
run wait "$observed"
expect_status 9
