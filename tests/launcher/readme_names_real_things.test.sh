#!/bin/sh
# SPDX-License-Identifier: MIT
# The README links to files that exist and speaks of flags and variables that the launcher knows.
. "$(dirname -- "$0")/lib.sh"

readme=$REPO/README.md
for link in $(grep -oE '\]\([^)#:]+\)' "$readme" | tr -d ']()'); do
    [ -e "$REPO/$link" ] || fail "README.md links to $link, which does not exist"
done

run "$unstale" --help
for word in $(grep -oE -e 'UNSTALE_[A-Z]+|`--[a-z-]+' "$readme" | tr -d '`' | sort -u); do
    case $out in
    *"$word"*) ;;
    *) fail "README.md speaks of $word, which --help does not know" ;;
    esac
done
