#!/bin/sh
# SPDX-License-Identifier: MIT
# Beyond LD_PRELOAD, and what /bin/sh itself adds to any script's, the program's environment is what
# it would be without the launcher.
. "$(dirname -- "$0")/lib.sh"

without_the_shells_own() {
    grep -vE '^(PWD|OLDPWD|SHLVL|_)=' | sort
}

bare=$(env -i PATH="$PATH" HOME=/nowhere "ODD=a b'c" env | without_the_shells_own)
run env -i PATH="$PATH" HOME=/nowhere "ODD=a b'c" "$unstale" run env -u LD_PRELOAD env
[ "$(printf '%s\n' "$out" | without_the_shells_own)" = "$bare" ] || fail "bare: $bare
with the launcher: $out"
