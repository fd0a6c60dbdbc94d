#!/bin/sh
# SPDX-License-Identifier: MIT
# A file that UNSTALE_CONFIG names has to be there.
. "$(dirname -- "$0")/lib.sh"

run "$unstale" --config "$TEST_TMP/absent.ini" true
expect_refusal 2 "$TEST_TMP/absent.ini"
