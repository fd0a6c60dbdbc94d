#!/bin/sh
# SPDX-License-Identifier: MIT
# The manual page and --help speak of the same flags and variables.
. "$(dirname -- "$0")/lib.sh"

run "$unstale" --help
page=$(cat "$REPO/docs/unstale.1")
for flag in $(printf '%s\n' "$out" | grep -oE -e '--[a-z]+' | sort -u); do
    case $page in
    *"Fl ${flag#-}"* | *"| ${flag#-}"*) ;;
    *) fail "docs/unstale.1 does not mention $flag" ;;
    esac
done
for variable in $(printf '%s\n' "$out" | grep -oE 'UNSTALE_[A-Z]+' | sort -u); do
    case $page in
    *"$variable"*) ;;
    *) fail "docs/unstale.1 does not mention $variable" ;;
    esac
done
