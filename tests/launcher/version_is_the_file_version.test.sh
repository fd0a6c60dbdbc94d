#!/bin/sh
# SPDX-License-Identifier: MIT
# The version has one source, the file VERSION.
. "$(dirname -- "$0")/lib.sh"

echo 7.8.9 >"$TEST_TMP/checkout/VERSION"
run "$unstale" --version
expect_out 'unstale 7.8.9'
