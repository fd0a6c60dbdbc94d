#!/bin/sh
# SPDX-License-Identifier: MIT
# A log that cannot be written costs one line, however many repairs there are: the program runs, and is
# cured.
. "$(dirname -- "$0")/lib.sh"

cured='
import socket, time

server = socket.create_server(("127.0.0.1", 0))
client = socket.create_connection(server.getsockname())
for _ in range(3):
    client.sendall(b"GET / HTTP/1.1\r\nHost: server\r\n\r\n")
    with server.accept()[0] as connection:
        connection.recv(100)
        connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")
        client.recv(100)
    time.sleep(0.1)
print("cured")'

# expect_named LOG ADVICE
expect_named() {
    run "$unstale" --log "$1" -- /usr/bin/python3 -c "$cured"
    expect_status 0
    expect_out cured
    expect_err "unstale: $1: cannot be written; $2"
}

expect_named "$TEST_TMP/missing/log" 'create its folder'
expect_named "$TEST_TMP" 'name a file, not a folder'
ln -s "$TEST_TMP/elsewhere" "$TEST_TMP/link"
expect_named "$TEST_TMP/link" 'name the file itself, not a symbolic link'
run "$unstale" --log "$TEST_TMP/log" -- /usr/bin/python3 -c "$cured"
expect_err ''
[ "$(wc -l <"$TEST_TMP/log")" -eq 2 ] || fail "the log is: $(cat "$TEST_TMP/log")"
