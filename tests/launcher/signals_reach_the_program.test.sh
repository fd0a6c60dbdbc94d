#!/bin/sh
# SPDX-License-Identifier: MIT
# No process stands between: the program has the launcher's pid and dies of the signal itself.
. "$(dirname -- "$0")/lib.sh"

mkfifo "$TEST_TMP/pid"
"$unstale" sh -c 'echo $$ >"$1"; exec sleep 50' sh "$TEST_TMP/pid" &
launched=$!
read -r program <"$TEST_TMP/pid"
[ "$program" -eq "$launched" ] || fail "the program is process $program, not $launched"
kill -TERM "$launched"
status=0
wait "$launched" || status=$?
[ "$status" -eq 143 ] || fail "exit status $status after SIGTERM, not 143"
