/* SPDX-License-Identifier: MIT
 *
 * See feed.h.
 */
#include "connection/feed.h"

#include "base/clock.h"
#include "connection/apart.h"
#include "connection/followed.h"
#include "connection/learn.h"
#include "connection/secured.h"
#include "connection/tls_state.h"
#include "connection/vault.h"
#include "peer/names.h"

/* One call's bytes on their way through a framing. */
struct feeding {
    struct connection *connection;
    const struct iovec *part;
    size_t count;  /* bytes still to be fed, from `part` on */
    uint64_t left; /* of a body, in the direction at hand */
    bool inbound;
};

/* The next part that is not empty, as far as it counts; its length is 0 at the end. */
static struct iovec next_part(struct feeding *feeding)
{
    while (feeding->count) {
        struct iovec part = *feeding->part++;
        if (part.iov_len > feeding->count)
            part.iov_len = feeding->count;
        if (part.iov_len) {
            feeding->count -= part.iov_len;
            return part;
        }
    }
    return (struct iovec){0};
}

static uint64_t load(const _Atomic uint64_t *number)
{
    return atomic_load_explicit(number, memory_order_relaxed);
}

/* Inside TLS, what is followed is counted apart from what moves. */
static struct stream *stream_of(struct connection *connection, bool inbound)
{
    struct secured *secured = secured_of(connection);
    if (UNLIKELY(secured != NULL))
        return inbound ? &secured->received : &secured->sent;
    return inbound ? &connection->received : &connection->sent;
}

/* What is left of the bodies, each way. */
static struct plain_left left_of(const struct feeding *feeding)
{
    const struct stream *other = stream_of(feeding->connection, !feeding->inbound);
    uint64_t left = load(&other->look_at) - load(&other->bytes);
    if (feeding->inbound)
        return (struct plain_left){.out = left, .in = feeding->left};
    return (struct plain_left){.out = feeding->left, .in = left};
}

/* The parser takes over from the part that was declined on. */
static void hand_over(struct feeding *feeding, size_t declined, const struct plain_left *left)
{
    struct connection *connection = feeding->connection;
    enum protocol protocol = feed_protocol(connection);
    struct followed *followed = followed_open(&connection->exchange, follower_of(protocol));
    if (followed && protocol == PROTOCOL_REDIS)
        redis_resume(&followed->redis, &connection->plain, left);
    else if (followed)
        http1_resume(&followed->http1, &connection->plain, left);
    connection->plain.outstanding = 0;
    feeding->part--;
    feeding->count += declined;
}

/* False: there is more, and it is not plain. */
static bool feed_plain(struct feeding *feeding, enum protocol protocol, enum framing *framing)
{
    struct connection *connection = feeding->connection;
    struct plain_left left = left_of(feeding);
    struct iovec part = next_part(feeding);
    bool taken = true;
    while (part.iov_len && taken) {
        taken = feed_plain_part(connection, protocol, feeding->inbound, &left, part.iov_base,
                                part.iov_len);
        if (taken)
            part = next_part(feeding);
    }
    feeding->left = feeding->inbound ? left.in : left.out;
    if (UNLIKELY(connection->plain.closing))
        atomic_store(&connection->closing, 1);
    if (UNLIKELY(!taken))
        hand_over(feeding, part.iov_len, &left);
    *framing = plain_framing(&connection->plain, &left);
    if (taken && *framing == FRAMING_BETWEEN && protocol == PROTOCOL_HTTP1)
        feed_note_hint(connection, connection->plain.hint_s);
    return taken;
}

/* What a framing tells besides where it stands. */
static void note_http1(struct connection *connection, const struct http1 *http1,
                       enum framing framing)
{
    if (http1->closing)
        atomic_store(&connection->closing, 1);
    if (http1->bound)
        atomic_store(&connection->bound, 1);
    atomic_store(&connection->leaving_http, http1->leaving != 0);
    connection->plain.hint_s = http1->hint_s; /* for http1_resume() */
    if (framing == FRAMING_BETWEEN)
        feed_note_hint(connection, http1->hint_s);
}

/* One response does not pause for half of the limit; what comes later was hardly asked for. */
static bool comes_after_pause(const struct connection *connection, struct tls_state *state)
{
    uint64_t now_ms = clock_coarse_ms();
    uint64_t silence_ms = now_ms - state->heard_ms;
    state->heard_ms = now_ms;
    return connection_phase(connection) == PHASE_BETWEEN &&
           silence_ms >= connection->policy.limit_ms / 2;
}

static enum framing send_tls(struct connection *connection, struct tls *tls,
                             const struct iovec *part)
{
    struct tls_name name = {0};
    bool began = tls->client_hello;
    enum framing framing = tls_sent(tls, part->iov_base, part->iov_len, &name);
    if (UNLIKELY(name.bytes != NULL))
        names_note_called((const char *)name.bytes, name.count, &connection->address);
    if (UNLIKELY(!began && tls->client_hello))
        apart_note_hello(connection, tls->random);
    return framing;
}

static enum framing feed_tls(struct feeding *feeding)
{
    struct connection *connection = feeding->connection;
    struct tls_state *state = tls_state_open(&connection->tls);
    enum framing framing = FRAMING_OPAQUE;
    if (!state)
        return FRAMING_OPAQUE;
    struct tls *tls = &state->tls;
    bool paused = feeding->inbound && comes_after_pause(connection, state);
    tls_skip(tls, feeding->inbound, tls_left(tls, feeding->inbound) - feeding->left);
    for (struct iovec part = next_part(feeding); part.iov_len; part = next_part(feeding))
        framing = feeding->inbound ? tls_received(tls, part.iov_base, part.iov_len, paused)
                                   : send_tls(connection, tls, &part);
    feeding->left = tls_left(tls, feeding->inbound);
    if (UNLIKELY(tls->closing) && !atomic_load(&connection->closing)) {
        learn_goodbye(connection);
        atomic_store(&connection->closing, 1);
    }
    if (!connection_is_wished(connection) && !tls_could_be_http1(tls, connection->address.port))
        return FRAMING_OPAQUE;
    return framing;
}

static enum framing feed_followed(struct feeding *feeding, enum protocol protocol)
{
    struct connection *connection = feeding->connection;
    enum framing framing = FRAMING_OPAQUE;
    const struct follower *follower = follower_of(protocol);
    struct followed *followed = follower ? followed_open(&connection->exchange, follower) : NULL;
    if (!followed)
        return FRAMING_OPAQUE;
    if (protocol == PROTOCOL_MEMCACHED)
        followed->memcached.first = !atomic_load(&connection->exchanged);
    if (protocol == PROTOCOL_REDIS)
        followed->redis.session = vault_open(atomic_load(&connection->session));
    follower->skip(followed, feeding->inbound,
                   follower->left(followed, feeding->inbound) - feeding->left);
    for (struct iovec part = next_part(feeding); part.iov_len; part = next_part(feeding))
        framing = (feeding->inbound ? follower->received : follower->sent)(followed, part.iov_base,
                                                                           part.iov_len);
    feeding->left = follower->left(followed, feeding->inbound);
    if (protocol == PROTOCOL_HTTP1)
        note_http1(connection, &followed->http1, framing);
    return framing;
}

bool feed_bytes(struct connection *connection, const struct bytes *bytes, size_t count,
                uint64_t before, bool inbound, enum framing *framing)
{
    struct stream *stream = stream_of(connection, inbound);
    enum protocol protocol = feed_protocol(connection);
    uint64_t ahead = load(&stream->look_at) - before;
    if (UNLIKELY((int64_t)ahead < 0))
        return false;
    struct feeding feeding = {connection, bytes->parts, count, ahead, inbound};
    if (protocol == PROTOCOL_TLS)
        *framing = feed_tls(&feeding);
    else if (!feed_is_plain(connection) || !feed_plain(&feeding, protocol, framing))
        *framing = feed_followed(&feeding, protocol);
    feed_look_from(connection, stream, before + count, feeding.left);
    return true;
}
