/* SPDX-License-Identifier: MIT
 *
 * See outgoing.h. Inside an exchange no clock is read and no system call made.
 */
#include "doors/outgoing.h"

#include <errno.h>

#include "base/clock.h"
#include "base/compiler.h"
#include "connection/due.h"
#include "connection/secured.h"

/* How often a write that meets a repair by another thread looks again before it just goes on. */
enum { CLAIM_TRIES = 8 };

/* True when a write in this phase may begin an exchange on a stale connection. In the middle of a
 * request it cannot, unless the framing is lost. */
static bool must_ask(const struct connection *connection, enum phase phase, uint64_t now_ms)
{
    if (phase == PHASE_OPEN)
        return atomic_load(&connection->unsure) && outgoing_gap_is_long(connection, now_ms);
    return outgoing_gap_is_long(connection, now_ms) || atomic_load(&connection->closing) ||
           connection_is_aged(connection, now_ms);
}

/* Moves a resting connection to OPEN; the write that manages it has won against any eviction. */
static bool claim(struct outgoing *outgoing, enum phase phase)
{
    outgoing->write.phase_before = phase;
    if (phase == PHASE_EVICTED || phase == PHASE_REPAIR)
        return false;
    return (phase != PHASE_FRESH && phase != PHASE_BETWEEN) ||
           connection_move(outgoing->write.connection, phase, PHASE_OPEN);
}

/* Asks where that is due, and claims. False: the write must fail. */
static bool ask_and_claim(struct outgoing *outgoing, int fd, const struct outgoing_source *source)
{
    struct connection *connection = outgoing->write.connection;
    uint64_t now_ms = clock_coarse_ms();
    bool asked = false;
    for (int tries = 0; tries < CLAIM_TRIES; tries++) {
        enum phase phase = connection_phase(connection);
        bool evicted = phase == PHASE_EVICTED || phase == PHASE_REPAIR;
        if (evicted || (!asked && must_ask(connection, phase, now_ms))) {
            asked = true;
            if (!short_rest_is_harmless(connection, fd, now_ms) &&
                !repair_before_write(connection, fd, outgoing_opening(source)))
                return false;
        }
        if (!asked && phase != PHASE_FRESH)
            atomic_store(&connection->received_then, RECEIVED_UNKNOWN);
        if (claim(outgoing, connection_phase(connection)))
            break;
    }
    outgoing_note_activity(connection, now_ms);
    return true;
}

static bool in_mid_request(struct connection *connection)
{
    return connection_phase(connection) == PHASE_OPEN && !atomic_load(&connection->unsure);
}

static void begin(struct outgoing *outgoing, struct connection *connection)
{
    outgoing->write.connection = connection;
    outgoing->write.incarnation = atomic_load(&connection->incarnation);
    outgoing->write.phase_before = PHASE_OPEN;
}

void outgoing_join(struct outgoing *outgoing, struct connection *connection)
{
    begin(outgoing, connection);
    exchange_begin_write(&outgoing->write);
}

/* The ciphertext of a session that the doors of OpenSSL follow. They have asked and claimed; what the
 * library writes between exchanges is no exchange, but an eviction must not meet it. */
static COLD bool begin_ciphertext(struct outgoing *outgoing, struct connection *connection,
                                  struct secured *secured)
{
    bool allowed = secured_begin_ciphertext(connection, secured);
    connection_await_repair(connection);
    if (!connection_move(connection, PHASE_FRESH, PHASE_OPEN))
        connection_move(connection, PHASE_BETWEEN, PHASE_OPEN);
    if (!allowed || connection_phase(connection) == PHASE_EVICTED) {
        errno = ECONNRESET;
        return false;
    }
    outgoing_join(outgoing, connection);
    return true;
}

/* The first record of a session is asked about like any first write: no byte has moved yet. */
static bool is_ciphertext(struct connection *connection, const struct secured *secured)
{
    return connection_phase(connection) != PHASE_FRESH ||
           secured_state(secured) != SECURED_HANDSHAKE;
}

bool outgoing_begin(struct outgoing *outgoing, struct connection *connection, int fd,
                    const struct outgoing_source *source)
{
    struct secured *secured = secured_of(connection);
    if (UNLIKELY(secured != NULL) && is_ciphertext(connection, secured))
        return begin_ciphertext(outgoing, connection, secured);
    return outgoing_begin_plaintext(outgoing, connection, fd, source);
}

bool outgoing_begin_plaintext(struct outgoing *outgoing, struct connection *connection, int fd,
                              const struct outgoing_source *source)
{
    int saved = errno;
    outgoing->write.connection = NULL;
    if (connection_phase(connection) == PHASE_PASS) {
        connection_look_at(connection, LOOK_NEVER);
        return true;
    }
    begin(outgoing, connection);
    if (!in_mid_request(connection) && !ask_and_claim(outgoing, fd, source)) {
        errno = ECONNRESET;
        return false;
    }
    exchange_begin_write(&outgoing->write);
    errno = saved;
    return true;
}

/* A reconnect that the network refused reads like what the program would have met without us: a
 * connection that the peer reset. */
static bool is_connect_error(int error)
{
    return error == ECONNREFUSED || error == ETIMEDOUT || error == EHOSTUNREACH ||
           error == ENETUNREACH;
}

/* What the kernel has accepted bytes from is there to be read. */
static struct bytes bytes_of(const struct outgoing_source *source, struct iovec *part)
{
    if (source->message)
        return (struct bytes){source->message->msg_iov, source->message->msg_iovlen};
    if (source->parts)
        return (struct bytes){source->parts, source->count};
    *part = (struct iovec){(void *)(uintptr_t)source->buffer, source->count};
    return (struct bytes){part, 1};
}

/* The error that the program gets, for the one that the write ended with. */
static int error_after(struct connection *connection, ssize_t result, int error)
{
    if (LIKELY(!atomic_load_explicit(&connection->reconnecting, memory_order_relaxed)))
        return error;
    if (result > 0) {
        atomic_store(&connection->reconnecting, RECONNECTING_NOT);
    } else if (result < 0 && is_connect_error(error)) {
        atomic_store(&connection->reconnecting, RECONNECTING_NOT);
        breaker_note_failure(connection->peer, clock_coarse_ms());
        return ECONNRESET;
    } else if (result < 0) {
        atomic_store(&connection->reconnecting, RECONNECTING_REFUSED);
    }
    return error;
}

ssize_t outgoing_end(struct outgoing *outgoing, const struct outgoing_source *source,
                     ssize_t result)
{
    struct iovec part;
    struct bytes bytes = {0};
    int error = errno;
    if (!outgoing->write.connection)
        return result;
    if (LIKELY(result > 0))
        bytes = bytes_of(source, &part);
    exchange_end_write(&outgoing->write, &bytes, result);
    errno = error_after(outgoing->write.connection, result, error);
    return result;
}

ssize_t outgoing_opened(struct connection *connection, uint32_t incarnation, uint64_t sent_before,
                        const void *buffer, ssize_t result)
{
    const struct outgoing_source source = {.buffer = buffer, .count = (size_t)result};
    struct outgoing outgoing = {{connection, incarnation, sent_before, PHASE_BETWEEN}};
    return outgoing_end(&outgoing, &source, result);
}

ssize_t outgoing_opened_parts(struct connection *connection, uint32_t incarnation,
                              uint64_t sent_before, const struct outgoing_source *source,
                              ssize_t result)
{
    struct iovec part;
    struct outgoing outgoing = {{connection, incarnation, sent_before, PHASE_BETWEEN}};
    if (LIKELY(result > 0)) {
        struct bytes bytes = bytes_of(source, &part);
        if (LIKELY(straight_sent_parts(connection, incarnation, bytes.parts, bytes.count,
                                       (size_t)result)))
            return result;
    }
    return outgoing_end(&outgoing, source, result);
}

ssize_t outgoing_went_on(struct exchange_write *write, const void *buffer, ssize_t result)
{
    const struct outgoing_source source = {.buffer = buffer, .count = (size_t)result};
    struct outgoing outgoing = {*write};
    if (UNLIKELY(result <= 0) ||
        UNLIKELY(
            !straight_sent_chunks(write->connection, write->incarnation, buffer, (size_t)result)))
        return outgoing_end(&outgoing, &source, result);
    return result;
}

ssize_t outgoing_end_unseen(struct outgoing *outgoing, ssize_t result)
{
    int error = errno;
    if (!outgoing->write.connection)
        return result;
    exchange_end_unseen_write(&outgoing->write, result);
    errno = error_after(outgoing->write.connection, result, error);
    return result;
}
