#!/bin/sh
# SPDX-License-Identifier: MIT
# PREFIX/bin/unstale goes with PREFIX/lib/unstale, wherever PREFIX is.
. "$(dirname -- "$0")/lib.sh"

prefix=$TEST_TMP/prefix
mkdir -p "$prefix/bin" "$prefix/lib/unstale"
cp "$REPO/scripts/unstale" "$prefix/bin/"
cp "$REPO"/scripts/lib/*.sh "$REPO/VERSION" "$UNSTALE_LIB" "$prefix/lib/unstale/"
run "$prefix/bin/unstale" sh -c 'echo "$LD_PRELOAD"'
expect_out "$prefix/lib/unstale/libunstale.so"
run "$prefix/bin/unstale" --version
expect_out "unstale $(cat "$REPO/VERSION")"
