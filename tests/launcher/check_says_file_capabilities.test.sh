#!/bin/sh
# SPDX-License-Identifier: MIT
# A program that gains capabilities does not get the library.
. "$(dirname -- "$0")/lib.sh"

PATH=$PATH:/usr/sbin
build_program "$TEST_TMP/program"
setcap cap_net_raw+ep "$TEST_TMP/program" || fail 'cannot set a file capability here'
expect_check "$TEST_TMP/program" 'file capabilities: the loader ignores LD_PRELOAD'
