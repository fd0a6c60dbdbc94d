#!/bin/sh
# SPDX-License-Identifier: MIT
# limit: 240s
# Holds the instruction budgets of the doors. A count is the same in each run.
set -eu
cd "${REPO:-$(dirname "$0")/..}"
exec python3 -B bench/lib/budgets.py
