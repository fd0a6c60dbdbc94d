#!/bin/sh
# SPDX-License-Identifier: MIT
# A flag or verb that the launcher takes stands in its help.
. "$(dirname -- "$0")/lib.sh"

run "$unstale" --help
expect_status 0
for word in run check check-config env --idle --action --config --log --help --version \
    UNSTALE_IDLE UNSTALE_ACTION UNSTALE_CONFIG UNSTALE_LOG UNSTALE_DISABLE; do
    case $out in
    *"$word"*) ;;
    *) fail "--help does not mention $word" ;;
    esac
done
