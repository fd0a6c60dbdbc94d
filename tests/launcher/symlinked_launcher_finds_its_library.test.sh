#!/bin/sh
# SPDX-License-Identifier: MIT
# Symlinks, relative ones and chains of them, lead to the launcher's own folder.
. "$(dirname -- "$0")/lib.sh"

mkdir "$TEST_TMP/bin" "$TEST_TMP/far"
ln -s ../checkout/scripts/unstale "$TEST_TMP/far/link"
ln -s "$TEST_TMP/far/link" "$TEST_TMP/bin/unstale"
PATH=$TEST_TMP/bin:$PATH
run unstale sh -c 'echo "$LD_PRELOAD"'
expect_out "$library"
cd "$TEST_TMP/far" || exit 1
run ./link sh -c 'echo "$LD_PRELOAD"'
expect_out "$library"
