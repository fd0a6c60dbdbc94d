#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh [SECONDS [TARGET...]]: lets the fuzz targets work, each for SECONDS (60), two at a time, from
# the committed seeds. What they find on the way is kept in build/tests/fuzz/corpus/TARGET, a crash in
# build/tests/fuzz/crashes. Prints what each has done; fails when one has crashed.
set -eu
cd "$(dirname "$0")/../.."
seconds=${1:-60}
[ $# -eq 0 ] || shift
tests/fuzz/build.sh
if [ $# -eq 0 ]; then
    set -- tests/fuzz/*.c
fi
mkdir -p build/tests/fuzz/crashes

# shellcheck disable=SC2016  # the inner shell expands what stands in single quotes
for target in "$@"; do
    basename "$target" .c
done | xargs -P 2 -I {} sh -c '
    out=build/tests/fuzz
    mkdir -p "$out/corpus/$1"
    if "$out/$1" -max_total_time="$2" -max_len=4096 -rss_limit_mb=1024 -timeout=5 -print_final_stats=1 \
        -artifact_prefix="$out/crashes/$1-" "$out/corpus/$1" "tests/fuzz/seeds/$1" \
        >"$out/$1.log" 2>&1
    then
        echo "$1: $(sed -n "s/^stat::number_of_executed_units: *//p" "$out/$1.log") executions, peak" \
            "$(sed -n "s/^stat::peak_rss_mb: *//p" "$out/$1.log") MB"
    else
        echo "$1: FAILED"
        tail -40 "$out/$1.log"
        exit 255
    fi' sh {} "$seconds"
