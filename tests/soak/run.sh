#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh [COUNT]: reconnects one TLS session COUNT times (100,000) natively, under the address sanitizer
# and under valgrind. There TLS 1.2 is resumed, which needs no public keys, whose arithmetic takes
# valgrind so long; TLS 1.3 a two-hundredth of it. Some 20 minutes; fails when anything is found.
set -eu
cd "$(dirname "$0")/../.."
count=${1:-100000}
out=build/tests/soak
mkdir -p "$out"
shim=$PWD/build/libunstale.so

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost \
    -keyout "$out/key.pem" -out "$out/certificate.pem" 2>/dev/null
gcc -std=gnu11 -D_GNU_SOURCE -O2 -g -Wall -Wextra -Werror -o "$out/tls_reconnects" tests/soak/tls_reconnects.c \
    -lssl -lcrypto
gcc -std=gnu11 -D_GNU_SOURCE -O1 -g -fsanitize=address,undefined -o "$out/tls_reconnects_asan" \
    tests/soak/tls_reconnects.c -lssl -lcrypto

# soak COUNT GROWTH_KIB VERSION COMMAND...: a sanitizer and valgrind keep freed memory for a while.
soak() {
    soak_count=$1
    growth_kib=$2
    version=$3
    shift 3
    echo "TLS $version, $soak_count:"
    "$@" "$soak_count" "$out/certificate.pem" "$out/key.pem" "$growth_kib" "$version"
}

# under_valgrind COUNT VERSION
under_valgrind() {
    soak "$1" 131072 "$2" env LD_PRELOAD="$shim" valgrind --quiet --error-exitcode=9 \
        --leak-check=full --errors-for-leak-kinds=definite "$out/tls_reconnects" \
        2>"$out/valgrind.log" || {
        grep -v 'sigprocmask: unknown' "$out/valgrind.log"
        exit 1
    }
}

echo "native"
soak "$count" 512 1.3 env LD_PRELOAD="$shim" "$out/tls_reconnects"
soak "$count" 512 1.2 env LD_PRELOAD="$shim" "$out/tls_reconnects"
echo "address sanitizer"
soak "$count" 65536 1.3 env LD_PRELOAD="$(gcc -print-file-name=libasan.so) $shim" \
    ASAN_OPTIONS=quarantine_size_mb=1 "$out/tls_reconnects_asan"
echo "valgrind"
under_valgrind "$((count / 200))" 1.3
under_valgrind "$count" 1.2
