#!/bin/sh
# SPDX-License-Identifier: MIT
# Compiles the unit tests twice: plain into build/tests/unit, and with the address and undefined
# behaviour sanitizers into build/tests/unit/sanitized. Calls may overlap; a lock puts them in a row.
set -eu
cd "$(dirname "$0")/../.."
mkdir -p build/tests/unit
exec 9>build/tests/unit/.lock
flock 9
make --no-print-directory -s -j "$(nproc)" -f tests/unit/unit.mk
