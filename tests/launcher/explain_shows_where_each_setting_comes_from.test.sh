#!/bin/sh
# SPDX-License-Identifier: MIT
# For one peer: each setting, its value and the section, file or variable that said it.
. "$(dirname -- "$0")/lib.sh"

cat >"$TEST_TMP/rules.ini" <<'END'
[default]
idle = 3s
[peer localhost:80]
idle = 1500ms
[peer 127.0.0.0/8]
keepalive = 45s
[program prog*]
idle = 7s
END
export UNSTALE_CONFIG="$TEST_TMP/rules.ini"

line() {
    case "
$out" in
    *"
  $1"*) ;;
    *) fail "no line '$1' in: $out $err" ;;
    esac
}

run "$unstale" explain localhost:80
expect_status 0
line "idle          1500ms      [peer localhost:80] in $UNSTALE_CONFIG:4"
line 'action        auto        built in'
line "learned       nothing     no 'state' is set; 'idle' holds"

run "$unstale" explain 127.0.0.1:80
line "idle          3s          $UNSTALE_CONFIG:2"
line "keepalive     45s         [peer 127.0.0.0/8] in $UNSTALE_CONFIG:6"

build_program "$TEST_TMP/program"
run env UNSTALE_ACTION=observe "$unstale" explain '[::1]:80' "$TEST_TMP/program"
line "idle          7s          $UNSTALE_CONFIG:8"
line 'action        observe     the environment'

printf '[default]\nstate = %s\n' "$TEST_TMP/peers" >"$TEST_TMP/state.ini"
run env UNSTALE_CONFIG="$TEST_TMP/state.ini" "$unstale" explain 127.0.0.1:80
line "learned       nothing     $TEST_TMP/peers is not there yet"
: >"$TEST_TMP/peers"
run env UNSTALE_CONFIG="$TEST_TMP/state.ini" "$unstale" explain 127.0.0.1:80
line "learned       nothing     $TEST_TMP/peers is open to other users; it must have mode 0600"
chmod 600 "$TEST_TMP/peers"
run env UNSTALE_CONFIG="$TEST_TMP/state.ini" "$unstale" explain 127.0.0.1:80
line "learned       nothing     $TEST_TMP/peers says nothing of it"

run "$unstale" explain 127.0.0.1
expect_refusal 2 "'127.0.0.1' is no HOST:PORT; write api.internal:443, 10.0.0.5:80 or [::1]:80"
run "$unstale" explain '*.corp:80'
expect_refusal 2 'is no HOST:PORT'
run "$unstale" explain no.such.host.invalid:80
expect_refusal 2 'does not resolve here'
run "$unstale" explain
expect_refusal 2 'explain needs HOST:PORT'
run "$unstale" explain 127.0.0.1:80 no-such-program
expect_refusal 127 'no-such-program: not found'
