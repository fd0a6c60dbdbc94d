#!/bin/sh
# SPDX-License-Identifier: MIT
# A program for another machine, or of another word size, cannot load our library.
. "$(dirname -- "$0")/lib.sh"

build_program "$TEST_TMP/program"
patch_byte "$TEST_TMP/program" 18 363 # e_machine: 243, RISC-V
run "$unstale" check "$TEST_TMP/program"
expect_status 1
case $out in
"$TEST_TMP/program: cannot be shimmed: 64-bit riscv, but the library is 64-bit "*) ;;
*) fail "$out" ;;
esac

build_program "$TEST_TMP/program"
patch_byte "$TEST_TMP/program" 4 001 # EI_CLASS: 32 bits
run "$unstale" check "$TEST_TMP/program"
case $out in
"$TEST_TMP/program: cannot be shimmed: 32-bit "*) ;;
*) fail "$out" ;;
esac
