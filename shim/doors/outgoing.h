/* SPDX-License-Identifier: MIT
 *
 * What every door of a write does around the next function. The program's memory is not looked at
 * before the kernel has accepted bytes from it, except where a repair may be due, and then safely.
 */
#ifndef UNSTALE_DOORS_OUTGOING_H
#define UNSTALE_DOORS_OUTGOING_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/clock.h"
#include "base/process.h"
#include "connection/deadlines.h"
#include "connection/exchange.h"
#include "connection/secured.h"
#include "repair/repair.h"
#include "repair/short_rest.h"

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
    OUTGOING_COUNTED(connection_skims_stream(&(connection)->sent, count), connection, call)

/* Where `condition` holds, `call` is done and what it has sent is counted. */
#define OUTGOING_COUNTED(condition, connection, call)                                              \
    if (condition) {                                                                               \
        ssize_t result = call;                                                                     \
        if (LIKELY(result > 0))                                                                    \
            atomic_fetch_add_explicit(&(connection)->sent.bytes, (uint64_t)result,                 \
                                      memory_order_relaxed);                                       \
        return result;                                                                             \
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

/* The short way of a write of one buffer that opens an exchange a short time after the last one, on
 * a connection that nothing but its age could have made stale: `call` is it, and most often the kernel takes all. What
 * it is not for is `long_way`'s. */
#define OUTGOING_OPENING(connection, fd, buffer, call, long_way)                                   \
    uint32_t incarnation;                                                                          \
    if (UNLIKELY(!outgoing_opens(connection, fd, &incarnation)))                                   \
        return long_way;                                                                           \
    uint64_t sent_before = atomic_load_explicit(&(connection)->sent.bytes, memory_order_relaxed);  \
    ssize_t result = call;                                                                         \
    if (LIKELY(result > 0) &&                                                                      \
        LIKELY(straight_sent(connection, incarnation, buffer, (size_t)result)))                    \
        return result;                                                                             \
    return outgoing_opened(connection, incarnation, sent_before, buffer, result)

/* The same for a write of what `source` describes. */
#define OUTGOING_OPENING_PARTS(connection, fd, source, call, long_way)                             \
    uint32_t incarnation;                                                                          \
    if (UNLIKELY(!outgoing_opens(connection, fd, &incarnation)))                                   \
        return long_way;                                                                           \
    uint64_t sent_before = atomic_load_explicit(&(connection)->sent.bytes, memory_order_relaxed);  \
    return outgoing_opened_parts(connection, incarnation, sent_before, source, call)

/* False: nothing is done. Else the phase is claimed. */
INLINE bool outgoing_claims(struct connection *connection, int fd, uint32_t *incarnation)
{
    if (UNLIKELY(atomic_load_explicit(&connection->state, memory_order_acquire) != PHASE_BETWEEN) ||
        UNLIKELY(!connection_is_ordinary(connection)))
        return false;
    uint64_t now_ms = clock_coarse_ms();
    *incarnation = atomic_load_explicit(&connection->incarnation, memory_order_relaxed);
    if (LIKELY(!outgoing_gap_is_long(connection, now_ms)))
        atomic_store_explicit(&connection->received_then, RECEIVED_UNKNOWN, memory_order_relaxed);
    else if (!short_rest_is_harmless(connection, fd, now_ms))
        return false;
    if (!exchange_claim(connection))
        return false;
    outgoing_note_activity(connection, now_ms);
    return true;
}

/* What moves is the ciphertext of a session in reach, or may be. */
static inline bool outgoing_is_secured(const struct connection *connection)
{
    return atomic_load_explicit(&connection->secured, memory_order_relaxed);
}

/* The same, but for ciphertext: that is claimed for where its plaintext goes in. */
INLINE bool outgoing_opens(struct connection *connection, int fd, uint32_t *incarnation)
{
    return LIKELY(!outgoing_is_secured(connection)) && outgoing_claims(connection, fd, incarnation);
}

/* Ciphertext of which nothing is to be heeded here is sent by `call` and counted. */
#define OUTGOING_CIPHERTEXT(connection, call)                                                      \
    OUTGOING_COUNTED(outgoing_is_ciphertext(connection), connection, call)

static inline bool outgoing_is_ciphertext(const struct connection *connection)
{
    return !atomic_load_explicit(&connection->reconnecting, memory_order_relaxed) &&
           secured_lets_be_sent(connection);
}

/* The same in the middle of a request, where nothing is asked and nothing claimed: `call` sends its next chunks,
 * most likely. What it is not for goes on behind it. */
#define OUTGOING_GOING_ON(connection, buffer, call)                                                \
    if (outgoing_goes_on(connection)) {                                                            \
        struct exchange_write going_on = {.connection = connection, .phase_before = PHASE_OPEN};   \
        going_on.incarnation = atomic_load_explicit(&(connection)->incarnation,                    \
                                                    memory_order_relaxed);                         \
        exchange_begin_write(&going_on);                                                           \
        return outgoing_went_on(&going_on, buffer, call);                                          \
    }

static inline bool outgoing_goes_on(const struct connection *connection)
{
    return connection_phase(connection) == PHASE_OPEN &&
           !atomic_load_explicit(&connection->reconnecting, memory_order_relaxed) &&
           !outgoing_is_secured(connection) &&
           !atomic_load_explicit(&connection->unsure, memory_order_relaxed);
}

ssize_t outgoing_went_on(struct exchange_write *write, const void *buffer, ssize_t result);

/* What the short way declines after the call: the rest is done in the long one. */
ssize_t outgoing_opened(struct connection *connection, uint32_t incarnation, uint64_t sent_before,
                        const void *buffer, ssize_t result);

/* What the write opens with, read safely. Only its first part is looked at: a program that begins with an
 * empty one is not repaired. */
enum opening outgoing_opening(const struct outgoing_source *source);

/* After the call of OUTGOING_OPENING_PARTS. Hands `result` through. */
ssize_t outgoing_opened_parts(struct connection *connection, uint32_t incarnation,
                              uint64_t sent_before, const struct outgoing_source *source,
                              ssize_t result);

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
