#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh [COUNT]: reconnects one TLS session COUNT times (100,000) natively, as often under the address
# sanitizer, and a hundredth of it under valgrind. Minutes; fails when anything is found.
set -eu
cd "$(dirname "$0")/../.."
count=${1:-100000}
out=build/tests/soak
mkdir -p "$out"
shim=$PWD/build/libunstale.so

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost \
    -keyout "$out/key.pem" -out "$out/certificate.pem" 2>/dev/null
gcc -std=gnu11 -O2 -g -Wall -Wextra -Werror -o "$out/tls_reconnects" tests/soak/tls_reconnects.c \
    -lssl -lcrypto
gcc -std=gnu11 -O1 -g -fsanitize=address,undefined -o "$out/tls_reconnects_asan" \
    tests/soak/tls_reconnects.c -lssl -lcrypto

# soak COUNT GROWTH_KIB COMMAND...: a sanitizer and valgrind keep freed memory for a while.
soak() {
    soak_count=$1
    growth_kib=$2
    shift 2
    "$@" "$soak_count" "$out/certificate.pem" "$out/key.pem" "$growth_kib"
}

echo "native:"
soak "$count" 512 env LD_PRELOAD="$shim" "$out/tls_reconnects"
echo "address sanitizer:"
soak "$count" 65536 env LD_PRELOAD="$(gcc -print-file-name=libasan.so) $shim" \
    ASAN_OPTIONS=quarantine_size_mb=1 "$out/tls_reconnects_asan"
echo "valgrind:"
soak "$((count / 100))" 131072 env LD_PRELOAD="$shim" valgrind --quiet --error-exitcode=9 \
    --leak-check=full --errors-for-leak-kinds=definite "$out/tls_reconnects" 2>"$out/valgrind.log" || {
    grep -v 'sigprocmask: unknown' "$out/valgrind.log"
    exit 1
}
