#!/bin/sh
# SPDX-License-Identifier: MIT
# Compiles the traps (or those named) into build/tests/trap, each only when a source is newer. A trap
# that needs more of the compiler says so in its first 10 lines: "flags: -lfoo".
# With TRAP_SANITIZER=tsan they are compiled with ThreadSanitizer, into build/tests/trap-tsan.
# Several of these may run at a time: a lock lets the later ones find the work done.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
out=${here%/tests/trap}/build/tests/trap
sanitize=
[ "${TRAP_SANITIZER:-}" != tsan ] || { out=$out-tsan && sanitize=-fsanitize=thread; }
mkdir -p "$out"
exec 9>"$out/.lock"
flock 9

# said WORD SOURCE: what the source's head says after "WORD: ".
said() {
    sed -n "1,10s/^[ /*#]*$1: *//p" "$2"
}

compile() {
    source=$here/$1.c
    program=$out/$1
    set -- "$source" "$here/trap.c" "$here/trap_server.c"
    [ -e "$program" ] && [ -z "$(find "$@" "$here"/*.h "$here/build.sh" -newer "$program")" ] &&
        return
    # shellcheck disable=SC2046,SC2086  # the flags are words
    gcc -std=gnu11 -D_GNU_SOURCE -O1 -g -Wall -Wextra $sanitize -pthread -o "$program" "$@" \
        $(said flags "$source")
}

# shellcheck disable=SC2046  # names of traps have no spaces
[ $# -gt 0 ] || set -- $(cd "$here" && printf '%s\n' *.c | sed '/^trap/d; s/\.c$//')
for trap in "$@"; do
    compile "$trap"
done
