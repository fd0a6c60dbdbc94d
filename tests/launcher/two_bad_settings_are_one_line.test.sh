#!/bin/sh
# SPDX-License-Identifier: MIT
# With several mistakes the refusal is still one line, and says how many more there are.
. "$(dirname -- "$0")/lib.sh"

run "$unstale" --idle 3 --action bogus true
expect_refusal 2 '(and 1 more)'
