#!/bin/sh
# SPDX-License-Identifier: MIT
# Every trap has the link by which tests/run finds it, and every link has its trap.
set -eu

cd "$(dirname "$0")"
status=0
# Python files that call main() are programs; those that are tests of their own need no link.
for source in *.c $(grep -l '^main()' -- *.py); do
    name=${source%.*}
    case $source in trap*.c | *.test.py) continue ;; esac
    [ "$(readlink "$name.test")" = driver ] && continue
    echo "$source: nothing runs it; ln -s driver $name.test"
    status=1
done
for link in *.test; do
    name=${link%.test}
    [ -e "$name.c" ] || [ -e "$name.py" ] && continue
    echo "$link: there is no trap of this name"
    status=1
done
exit $status
