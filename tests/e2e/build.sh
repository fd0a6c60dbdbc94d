#!/bin/sh
# SPDX-License-Identifier: MIT
# Compiles the clients of the end-to-end tests into build/tests/e2e, each only when a source is newer.
# The Makefile calls this once before the tests; tests started by hand call it themselves, so two of
# these may run at a time: a lock lets the second one find the work done.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
source=$here/clients
servers=${here%/e2e}/server
out=${here%/tests/e2e}/build/tests/e2e
mkdir -p "$out"
exec 9>"$out/.lock"
flock 9

# is_current PROGRAM SOURCE...
is_current() {
    program=$1
    shift
    [ -e "$program" ] && [ -z "$(find "$@" "$source"/*.h "$here/build.sh" -newer "$program")" ]
}

# compile_c NAME "FLAGS" SOURCE...
compile_c() {
    program=$out/$1
    flags=$2
    shift 2
    is_current "$program" "$@" && return
    # shellcheck disable=SC2086  # the flags are words
    gcc -std=gnu11 -O2 -g -Wall -Wextra -Werror -o "$program" "$@" $flags
}

# compile_java NAME [FOLDER]
compile_java() {
    file=${2:-$source}/$1.java
    is_current "$out/$1.class" "$file" "$source/JavaClient.java" && return
    javac -d "$out" -sourcepath "$source" "$file"
    touch "$out/$1.class"
}

# compile_go NAME FOLDER
compile_go() {
    is_current "$out/$1" "$2/$1.go" && return
    GO111MODULE=off CGO_ENABLED=0 GOCACHE=$out/go/cache GOPATH=$out/go go build -o "$out/$1" "$2/$1.go"
}

cd "$source"
compile_c blocking "" blocking.c client.c
compile_c vectored "" vectored.c client.c
compile_c resolvers "-D_GNU_SOURCE -lanl" resolvers.c client.c
compile_c poll_watches -DWATCHES=1 poll.c nonblocking.c client.c
compile_c poll_never_looks -DWATCHES=0 poll.c nonblocking.c client.c
compile_c epoll_edge "" epoll_edge.c nonblocking.c client.c
compile_c reader_in_epoll "-DREADER=IN_EPOLL -pthread" reader_thread.c client.c
compile_c reader_in_recv "-DREADER=IN_RECV -pthread" reader_thread.c client.c
compile_c reader_polls "-DREADER=POLLS -pthread" reader_thread.c client.c
compile_c openssl_blocking "-lssl -lcrypto" openssl_blocking.c openssl.c client.c
compile_c openssl_epoll "-lssl -lcrypto" openssl_epoll.c openssl.c client.c
compile_c openssl_cases "-lssl -lcrypto" openssl_cases.c openssl_uses.c
compile_c openssl_twice "-lssl -lcrypto" openssl_twice.c
compile_c curl_easy -lcurl curl_easy.c curl.c client.c
compile_c curl_multi -lcurl curl_multi.c curl.c client.c
compile_c redis_script -lhiredis redis_script.c
compile_c redis_secret "" redis_secret.c
compile_c gnutls_front -lgnutls "$servers/gnutls_front.c"
compile_go go_front "$servers"
compile_java TlsFront "$servers"
compile_java UrlConnectionClient
compile_java HttpClientClient
