#!/bin/sh
# SPDX-License-Identifier: MIT
# A static program has no loader, so LD_PRELOAD means nothing to it.
. "$(dirname -- "$0")/lib.sh"

for kind in -static -static-pie; do
    build_program "$TEST_TMP/program" "$kind"
    expect_check "$TEST_TMP/program" 'static: no loader, so no LD_PRELOAD'
done
