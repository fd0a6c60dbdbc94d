/* SPDX-License-Identifier: MIT
 *
 * A TLS session as C programs on OpenSSL open it: the server's certificate and address are verified,
 * http/1.1 is offered by ALPN. TLS_MOST=1.2 in the environment keeps TLS 1.3 away.
 */
#ifndef OPENSSL_H
#define OPENSSL_H

#include <openssl/ssl.h>

#include "client.h"

/* A session for the connection of `fd`, before its handshake. Ends the program when it cannot. */
SSL *openssl_session(const struct job *job, int fd);

/* What went wrong, in words, after a call on `ssl` returned `result`. */
const char *openssl_problem(SSL *ssl, int result);

#endif
