#!/bin/sh
# SPDX-License-Identifier: MIT
# A flag wins over the variable that was there.
. "$(dirname -- "$0")/lib.sh"

export UNSTALE_IDLE=9s
run "$unstale" --idle 3s sh -c 'echo "$UNSTALE_IDLE"'
expect_out 3s
run "$unstale" sh -c 'echo "$UNSTALE_IDLE"'
expect_out 9s
