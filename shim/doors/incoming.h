/* SPDX-License-Identifier: MIT
 *
 * What every door of a read does around the next function:
 *
 *     incoming_begin(&incoming, connection, fd, flags);
 *     do result = next.read(...); while (incoming_again(&incoming, result));
 *     return incoming_end(&incoming, parts, count, flags, result);
 */
#ifndef UNSTALE_DOORS_INCOMING_H
#define UNSTALE_DOORS_INCOMING_H

#include <stdbool.h>
#include <sys/types.h>

#include "connection/exchange.h"

struct incoming {
    struct connection *connection; /* null: nothing to follow */
    uint32_t incarnation;
    uint32_t generation;
    bool counted; /* among the connection's readers */
};

/* Before the read. One that does not block, on an idle connection, is a look at it: it may be evicted
 * here. `flags` are those of recv(). */
void incoming_begin(struct incoming *incoming, struct connection *connection, int fd, int flags);

/* True when the result is that of the moment in which another thread reconnected: read again. */
bool incoming_again(struct incoming *incoming, ssize_t result);

/* After a read that failed for which incoming_end is not called. */
void incoming_leave(struct incoming *incoming);

/* After it: follows what came. `flags` are those of recv(). Hands `result` through. */
ssize_t incoming_end(struct incoming *incoming, const struct iovec *parts, size_t count, int flags,
                     ssize_t result);

#endif
