#!/bin/sh
# SPDX-License-Identifier: MIT
# A folder for ledgers that is not there costs one line and no more: the program runs, and is cured.
. "$(dirname -- "$0")/lib.sh"

run "$unstale" --ledger "$TEST_TMP/missing" -- /usr/bin/python3 -c '
import socket
with socket.create_server(("127.0.0.1", 0)) as server:
    for _ in range(2):
        socket.create_connection(server.getsockname()).close()
print("ok")'
expect_status 0
expect_out ok
case $err in
"unstale: $TEST_TMP/missing/"*".ledger: cannot be made; create the folder") ;;
*) fail "stderr is: $err" ;;
esac
