/* SPDX-License-Identifier: MIT
 *
 * Where a connection's life becomes evidence of its peer's timeout (peer/evidence.h): at rest, when it
 * is looked at, when it ends. Off the path of I/O inside an exchange. Async-signal-safe.
 *
 * The kernel does not tell when a FIN came, but when the last segment with an ACK did, and a FIN has
 * one (RFC 9293 section 3.10.7.4; tcp_ack() in net/ipv4/tcp_input.c stamps it), after which nothing
 * more comes. So the age of a connection when its peer closed it is known exactly, however late
 * anybody looks. After an RST only a bound is.
 */
#ifndef UNSTALE_CONNECTION_LEARN_H
#define UNSTALE_CONNECTION_LEARN_H

#include "connection/kernel.h"

/* An exchange is complete. Under the connection's try-lock. */
void learn_rest(struct connection *connection);

/* What the kernel says of a connection at rest. `writing`: and now it is used again. */
void learn_look(struct connection *connection, const struct kernel_view *view, bool writing);

/* The program reads the goodbye of a TLS session that we cannot read. Under the connection's try-lock. */
void learn_goodbye(struct connection *connection);

/* The connection ends: the program reads its end or an error, or closes `fd`. Asks the kernel, unless
 * it was used a moment ago. */
void learn_end(struct connection *connection, int fd);

#endif
