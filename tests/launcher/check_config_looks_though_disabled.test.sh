#!/bin/sh
# SPDX-License-Identifier: MIT
# Switched off is not the same as right.
. "$(dirname -- "$0")/lib.sh"

export UNSTALE_DISABLE=1 UNSTALE_IDLE=3
run "$unstale" check-config
expect_refusal 2 UNSTALE_IDLE
