# SPDX-License-Identifier: MIT
#
# What the launcher tests share: a copy of the launcher beside the library under test, so that
# UNSTALE_LIB is what gets loaded; a clean environment; and three ways to say what is expected.
# Source it first. A test ends with status 0 when all that it expected was so.
# shellcheck shell=sh disable=SC2034
set -u

REPO=${REPO:-$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)}
UNSTALE_LIB=${UNSTALE_LIB:-$REPO/build/libunstale.so}
if [ -z "${TEST_TMP-}" ]; then # run by hand
    TEST_TMP=$(mktemp -d)
    trap 'rm -rf "$TEST_TMP"' EXIT
fi
unset LD_PRELOAD UNSTALE_IDLE UNSTALE_ACTION UNSTALE_CONFIG UNSTALE_LOG UNSTALE_DISABLE
unset UNSTALE_LEDGER UNSTALE_OBSERVE

# new_checkout FOLDER: lays scripts, VERSION and the library out as in a checkout.
new_checkout() {
    mkdir -p "$1/build"
    cp -R "$REPO/scripts" "$REPO/report" "$REPO/VERSION" "$1/"
    cp "$UNSTALE_LIB" "$1/build/libunstale.so"
}

new_checkout "$TEST_TMP/checkout"
unstale=$TEST_TMP/checkout/scripts/unstale
library=$TEST_TMP/checkout/build/libunstale.so

fail() {
    printf '%s\n' "$*"
    exit 1
}

# run COMMAND...: leaves the exit status in status, what it printed in out and err.
run() {
    status=0
    "$@" >"$TEST_TMP/out" 2>"$TEST_TMP/err" || status=$?
    out=$(cat "$TEST_TMP/out")
    err=$(cat "$TEST_TMP/err")
}

expect_status() {
    [ "$status" -eq "$1" ] || fail "exit status $status, not $1; stdout: $out; stderr: $err"
}

# expect_out TEXT and expect_err TEXT: exactly that, nothing around it.
expect_out() {
    [ "$out" = "$1" ] || fail "stdout is: $out
it should be: $1"
}

expect_err() {
    [ "$err" = "$1" ] || fail "stderr is: $err
it should be: $1"
}

# expect_refusal STATUS WORDS: that exit status, and one line on stderr with the words in it.
expect_refusal() {
    expect_status "$1"
    [ "$(printf '%s\n' "$err" | wc -l)" -eq 1 ] || fail "not one line on stderr: $err"
    case $err in
    "unstale: "*"$2"*) ;;
    *) fail "stderr does not say '$2': $err" ;;
    esac
}

# build_program FILE [COMPILER FLAGS...]: compiles a program that prints "ran".
build_program() {
    build_target=$1
    shift
    printf '#include <stdio.h>\nint main(void) { puts("ran"); return 0; }\n' >"$TEST_TMP/p.c"
    cc -o "$build_target" "$@" "$TEST_TMP/p.c" || fail "cannot compile $build_target"
}

# write_script FILE FIRST-LINE: an executable file that starts with that line.
write_script() {
    printf '%s\n' "$2" >"$1"
    chmod 755 "$1"
}

# patch_byte FILE OFFSET OCTAL: overwrites one byte.
patch_byte() {
    # shellcheck disable=SC2059 # the escape is the format's
    printf "\\$3" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

# expect_check FILE REASON: check refuses FILE and gives exactly that reason.
expect_check() {
    run "$unstale" check "$1"
    expect_status 1
    expect_out "$1: cannot be shimmed: $2"
    expect_err ''
}
