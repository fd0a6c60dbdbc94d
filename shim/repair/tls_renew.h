/* SPDX-License-Identifier: MIT
 *
 * Repair 1 over TLS: once the socket is reconnected, the SSL object begins a handshake anew, resumed
 * from its old session if the server agrees, and no byte of the program's goes out before we know
 * that it is the same server who answers (docs/tls.md).
 *
 * All of it runs in the thread that uses the SSL object, inside one of its calls. Nothing of ours
 * stays in OpenSSL's error queue.
 */
#ifndef UNSTALE_REPAIR_TLS_RENEW_H
#define UNSTALE_REPAIR_TLS_RENEW_H

#include <stdbool.h>

#include "connection/secured.h"

/* The first handshake is complete: notes whom it was with. A session that we could not begin anew
 * without the program's noticing is bound; one that does not carry HTTP/1 is passed for ever. */
void tls_note_peer(struct connection *connection, struct secured *secured);

/* True when OpenSSL is at rest, so that the session could begin anew. */
bool tls_is_renewable(const struct connection *connection, const struct secured *secured, int fd);

/* The socket has just been reconnected: makes the SSL object ready for a handshake. */
void tls_begin_anew(struct secured *secured, int fd);

/* The first request is out, or has failed: takes back what tls_begin_anew() set on the socket. */
void tls_end_hurry(struct secured *secured, int fd);

/* Goes on with the handshake. 0: it is complete, and with the same server. Else a negative errno with
 * which the call must fail; SSL_get_error() then says WANT_READ or WANT_WRITE while the handshake
 * goes on, and SYSCALL (with -ECONNRESET) when it has failed, or it is not the same server. Then the
 * connection is shut down. */
int tls_go_on(struct connection *connection, struct secured *secured, int fd);

#endif
