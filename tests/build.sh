#!/bin/sh
# SPDX-License-Identifier: MIT
# Builds what the tests are made of, folder by folder, before any of them is started.
set -eu
cd "$(dirname "$0")/.."
for build in tests/*/build.sh; do
    [ "$build" = tests/fuzz/build.sh ] || "$build" # make fuzz builds its own
done
