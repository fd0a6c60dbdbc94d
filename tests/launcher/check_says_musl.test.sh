#!/bin/sh
# SPDX-License-Identifier: MIT
# A program with musl's loader has no glibc for our library.
. "$(dirname -- "$0")/lib.sh"

build_program "$TEST_TMP/program" -Wl,--dynamic-linker=/lib/ld-musl-x86_64.so.1
expect_check "$TEST_TMP/program" 'linked with musl: the library needs glibc'
