#!/bin/sh
# SPDX-License-Identifier: MIT
# LD_PRELOAD cannot hold a path with a space or a colon; better say so than run without the shim.
. "$(dirname -- "$0")/lib.sh"

for folder in "$TEST_TMP/a b" "$TEST_TMP/a:b"; do
    new_checkout "$folder"
    run "$folder/scripts/unstale" true
    expect_refusal 2 'space or colon'
done
