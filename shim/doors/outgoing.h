/* SPDX-License-Identifier: MIT
 *
 * What every door of a write does around the next function. The program's memory is not looked at
 * before the kernel has accepted bytes from it, except where a repair may be due, and then safely.
 */
#ifndef UNSTALE_DOORS_OUTGOING_H
#define UNSTALE_DOORS_OUTGOING_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/process.h"
#include "connection/deadlines.h"
#include "connection/exchange.h"
#include "repair/repair.h"

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

/* True when the connection may have become stale since its last exchange began. */
static inline bool outgoing_gap_is_long(const struct connection *connection, uint64_t now_ms)
{
    uint32_t limit_ms = connection->policy.limit_ms;
    uint64_t ask_ms = limit_ms < REPAIR_ASK_MS ? limit_ms : REPAIR_ASK_MS;
    return now_ms - atomic_load_explicit(&connection->last_ms, memory_order_relaxed) >= ask_ms;
}

/* The phase is claimed: an exchange begins. */
static inline void outgoing_note_activity(struct connection *connection, uint64_t now_ms)
{
    deadlines_clear_overdue(connection);
    atomic_store_explicit(&connection->writer, process_thread(), memory_order_relaxed);
    atomic_store_explicit(&connection->last_ms, now_ms, memory_order_relaxed);
    atomic_store_explicit(&connection->rested_ms, 0, memory_order_relaxed);
}

/* A write of one buffer that opens an exchange, with its arguments: in memory, so that no registers
 * have to be saved for them. */
struct outgoing_buffer {
    struct exchange_write write;
    const void *bytes;
    size_t count;
    int fd;
    int flags;
};

/* The short way of a write to a connection that has only just come to rest, and that nothing can have made
 * stale: true when it may go out, and outgoing_opened() is to follow, with its result. False: nothing is
 * done. `buffer` has all but the rest of `write` besides the connection. */
bool outgoing_opens(struct outgoing_buffer *buffer);
ssize_t outgoing_opened(struct outgoing_buffer *buffer, ssize_t result);

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
