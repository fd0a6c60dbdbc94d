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

#include "base/clock.h"
#include "connection/kernel.h"

/* An exchange that began after a rest is complete: the peer had kept the connection. */
void learn_answer(struct connection *connection);

/* An exchange is complete. Under the connection's try-lock. An idle time counts from here: the start of the
 * exchange is near enough, but for TLS, where the kernel's own count is spoilt by the alert at the end. */
static inline void learn_rest(struct connection *connection)
{
    uint64_t rested_ms = UNLIKELY(connection_is_tls(connection))
                             ? clock_coarse_ms()
                             : atomic_load_explicit(&connection->last_ms, memory_order_relaxed);
    atomic_store_explicit(&connection->rested_ms, rested_ms, memory_order_relaxed);
    if (UNLIKELY(atomic_load_explicit(&connection->reused_ms, memory_order_relaxed)))
        learn_answer(connection);
}

/* What the kernel says of a connection at rest. `writing`: and now it is used again. */
void learn_look(struct connection *connection, const struct kernel_view *view, bool writing);

/* The program reads the goodbye of a TLS session that we cannot read. Under the connection's try-lock. */
void learn_goodbye(struct connection *connection);

/* The connection ends: the program reads its end or an error, or closes `fd`. Asks the kernel, unless
 * it was used a moment ago. */
void learn_end(struct connection *connection, int fd);

#endif
