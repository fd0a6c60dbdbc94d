#!/bin/sh
# SPDX-License-Identifier: MIT
# Without its library the launcher says where it looked.
. "$(dirname -- "$0")/lib.sh"

rm "$library"
run "$unstale" true
expect_refusal 2 "no library at $library"
