#!/bin/sh
# SPDX-License-Identifier: MIT
# A good file is ok, and the example that we ship is one.
. "$(dirname -- "$0")/lib.sh"

run "$unstale" check-config "$REPO/preload.ini"
expect_status 0
expect_out "$REPO/preload.ini: ok"
expect_err ''
