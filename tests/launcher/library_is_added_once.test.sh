#!/bin/sh
# SPDX-License-Identifier: MIT
# A launcher inside a launcher does not load the library twice.
. "$(dirname -- "$0")/lib.sh"

run "$unstale" "$unstale" sh -c 'echo "$LD_PRELOAD"'
expect_out "$library"
