#!/bin/sh
# SPDX-License-Identifier: MIT
# Go programs make their system calls themselves. The sample is a C program that carries the mark
# of Go's linker where Go puts it, so that the test needs no Go compiler.
. "$(dirname -- "$0")/lib.sh"

cat >"$TEST_TMP/mark.c" <<'END'
__attribute__((section(".go.buildinfo"), used, aligned(16)))
static char mark[32] = "\xff Go buildinf:\x08\x02";
END
build_program "$TEST_TMP/program" "$TEST_TMP/mark.c"
expect_check "$TEST_TMP/program" 'a Go program: Go makes its system calls itself'
