/* SPDX-License-Identifier: MIT
 *
 * What every door of a write does around the next function. The program's memory is not looked at
 * before the kernel has accepted bytes from it, except where a repair may be due, and then safely.
 */
#ifndef UNSTALE_DOORS_OUTGOING_H
#define UNSTALE_DOORS_OUTGOING_H

#include <stdbool.h>
#include <sys/types.h>

#include "connection/exchange.h"

/* Where the bytes of a write stand: one of the three, the others null. */
struct outgoing_source {
    const void *buffer;        /* with `count` bytes */
    const struct iovec *parts; /* with `count` parts */
    const struct msghdr *message;
    size_t count;
};

struct outgoing {
    struct exchange_write write; /* connection null: nothing to follow */
};

/* A write of `count` bytes inside a body is done by `call` and counted, and that is all. (Should another
 * thread close the descriptor meanwhile, and the slot be used again, its next connection counts more
 * bytes than its kernel and is not repaired.) */
#define OUTGOING_SKIM(connection, count, call)                                                     \
    if (outgoing_skims(connection, count)) {                                                       \
        ssize_t result = call;                                                                     \
        if (LIKELY(result > 0))                                                                    \
            atomic_fetch_add_explicit(&(connection)->sent_bytes, (uint64_t)result,                 \
                                      memory_order_relaxed);                                       \
        return result;                                                                             \
    }

static inline bool outgoing_skims(const struct connection *connection, size_t count)
{
    return connection_skims(atomic_load_explicit(&connection->sent_bytes, memory_order_relaxed),
                            atomic_load_explicit(&connection->look_at_sent, memory_order_relaxed),
                            count);
}

/* Before a write to a tracked descriptor. False: it fails, and errno is set. */
bool outgoing_begin(struct outgoing *outgoing, struct connection *connection, int fd,
                    const struct outgoing_source *source);

/* The same before a write of plaintext to an OpenSSL that is in reach (secure.h). */
bool outgoing_begin_plaintext(struct outgoing *outgoing, struct connection *connection, int fd,
                              const struct outgoing_source *source);

/* Follows a write that begins no exchange on a resting connection: nothing is asked. */
void outgoing_join(struct outgoing *outgoing, struct connection *connection);

/* After it. Hands `result` through, with its errno. */
ssize_t outgoing_end(struct outgoing *outgoing, const struct outgoing_source *source,
                     ssize_t result);

/* The same for bytes that we cannot look at (sendfile, splice, out-of-band data). */
ssize_t outgoing_end_unseen(struct outgoing *outgoing, ssize_t result);

#endif
