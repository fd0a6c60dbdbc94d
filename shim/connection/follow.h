/* SPDX-License-Identifier: MIT
 *
 * Feeds bytes to the framing of a connection's protocol, and lets its phase follow. The caller holds
 * the connection's try-lock, but for the last two.
 */
#ifndef UNSTALE_CONNECTION_FOLLOW_H
#define UNSTALE_CONNECTION_FOLLOW_H

#include <stdbool.h>
#include <stddef.h>

#include "connection/connection.h"
#include "connection/feed.h"

size_t bytes_total(const struct bytes *bytes);

/* The protocol of a connection whose first `count` bytes these are. */
void follow_recognise(struct connection *connection, const struct bytes *bytes, size_t count);

/* Feeds the first `count` of the bytes; `before` went the same way before them. */
void follow_bytes(struct connection *connection, const struct bytes *bytes, size_t count,
                  uint64_t before, bool inbound);

/* Moves the phase to where the framing stands. */
void follow_framing(struct connection *connection, enum framing framing);

/* The phase has moved to BETWEEN. */
void follow_rest(struct connection *connection);

/* The framing is useless until it starts over (exchange_restart). */
void follow_lose_track(struct connection *connection);

/* Two threads met, and the order of their bytes is not known. */
void follow_tangle(struct connection *connection);

#endif
