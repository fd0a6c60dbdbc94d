/* SPDX-License-Identifier: MIT
 *
 * What every door of a write does around the next function.
 */
#ifndef UNSTALE_DOORS_OUTGOING_H
#define UNSTALE_DOORS_OUTGOING_H

#include <stdbool.h>
#include <sys/types.h>

#include "connection/exchange.h"

struct outgoing {
    struct exchange_write write; /* connection null: nothing to follow */
};

/* Before the write of `bytes` to a tracked descriptor. False: it fails, and errno is set. */
bool outgoing_begin(struct outgoing *outgoing, struct connection *connection, int fd,
                    const struct iovec *parts, size_t count);

/* After it. Hands `result` through, with its errno. */
ssize_t outgoing_end(struct outgoing *outgoing, ssize_t result);

/* The same for bytes that we cannot look at (sendfile, splice, out-of-band data): begin with no
 * parts, and end here. */
ssize_t outgoing_end_unseen(struct outgoing *outgoing, ssize_t result);

#endif
