#!/bin/sh
# SPDX-License-Identifier: MIT
# Spaces, quotes, empty words and things that look like flags reach the program as they are.
. "$(dirname -- "$0")/lib.sh"

run "$unstale" printf '<%s>' 'a b' "it's" '' --idle -- '*' '\n'
expect_out "<a b><it's><><--idle><--><*><\n>"
mkdir "$TEST_TMP/a folder"
build_program "$TEST_TMP/a folder/my program"
run "$unstale" "$TEST_TMP/a folder/my program"
expect_out ran
