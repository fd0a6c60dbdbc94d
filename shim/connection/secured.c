/* SPDX-License-Identifier: MIT
 *
 * See secured.h.
 */
#include "connection/secured.h"

#include <string.h>

#include "base/arena.h"
#include "base/process.h"

ARENA(records, struct secured);

/* Where the record of an SSL object is found. One that shares its place with another's loses it. */
enum { PLACES = 2048 };
static TABLE struct secured *_Atomic places[PLACES];

static struct secured *_Atomic *place_of(const SSL *ssl)
{
    return &places[((uintptr_t)ssl >> 4) * 0x9e3779b97f4a7c15ULL >> 53];
}

_Static_assert(sizeof(struct secured) % 8 == 0, "the arena wants multiples of 8");

struct secured *secured_of(const struct connection *connection)
{
    uint32_t slot = atomic_load_explicit(&connection->secured, memory_order_acquire);
    return slot ? arena_slot(&records, slot) : NULL;
}

/* Another thread may be making the record another connection's: it sets `ssl` first, so that is read last. */
BUSY struct secured *secured_find(const SSL *ssl)
{
    struct secured *secured = atomic_load_explicit(place_of(ssl), memory_order_acquire);
    if (!secured)
        return NULL;
    uint32_t incarnation = atomic_load_explicit(&secured->incarnation, memory_order_acquire);
    const struct connection *connection = atomic_load_explicit(&secured->connection,
                                                               memory_order_acquire);
    bool same = incarnation == atomic_load_explicit(&connection->incarnation, memory_order_acquire);
    return same && atomic_load_explicit(&secured->ssl, memory_order_acquire) == ssl ? secured
                                                                                    : NULL;
}

void secured_note(struct secured *secured)
{
    struct secured *_Atomic *place = place_of(secured->ssl);
    if (atomic_load_explicit(place, memory_order_relaxed) != secured)
        atomic_store(place, secured);
}

struct secured *secured_new(struct connection *connection, const struct openssl *library, SSL *ssl)
{
    uint32_t slot = arena_take(&records);
    if (!slot)
        return NULL;
    struct secured *secured = arena_slot(&records, slot);
    memset(&secured->peer, 0, sizeof secured->peer);
    atomic_store(&secured->state, SECURED_HANDSHAKE);
    atomic_store(&secured->flips, 0);
    atomic_store(&secured->inside, 0);
    secured->writing = secured->renewable = secured->stepping = secured->hurried = false;
    secured->library = library;
    secured->ssl = ssl;
    secured->in = secured->out = NULL;
    atomic_store(&secured->connection, connection);
    atomic_store(&secured->incarnation, atomic_load(&connection->incarnation));
    atomic_store(&connection->secured, slot);
    secured_note(secured);
    secured_restart(connection);
    return secured;
}

void secured_restart(const struct connection *connection)
{
    struct secured *secured = secured_of(connection);
    if (!secured)
        return;
    atomic_store(&secured->sent.bytes, 0);
    atomic_store(&secured->sent.look_at, 0);
    atomic_store(&secured->received.bytes, 0);
    atomic_store(&secured->received.look_at, 0);
    atomic_store(&secured->received_then, 0);
}

void secured_forget(_Atomic uint32_t *slot)
{
    uint32_t record = atomic_load_explicit(slot, memory_order_relaxed) ? atomic_exchange(slot, 0)
                                                                       : 0;
    if (record)
        arena_give(&records, record);
}

BUSY bool secured_lets_be_sent(const struct connection *connection)
{
    const struct secured *secured = secured_of(connection);
    enum phase phase = connection_phase(connection);
    if (!secured || !secured_is_settled(secured))
        return false;
    return phase == PHASE_PASS ||
           (phase == PHASE_OPEN && secured->writing &&
            atomic_load_explicit(&secured->inside, memory_order_relaxed) == process_thread());
}

bool secured_begin_ciphertext(struct connection *connection, struct secured *secured)
{
    enum secured_state state = secured_state(secured);
    bool inside = atomic_load(&secured->inside) == process_thread();
    if (state == SECURED_REFUSED || (state == SECURED_RENEWING && !inside))
        return false;
    if (!inside)
        connection_pass(connection);
    else if (state == SECURED_READY && !secured->writing)
        atomic_store(&secured->state, SECURED_BOUND);
    return true;
}

void secured_note_flags(const struct connection *connection, bool nonblocking)
{
    struct secured *secured = secured_of(connection);
    if (!secured || !atomic_load_explicit(&secured->sent.bytes, memory_order_relaxed))
        return;
    if (nonblocking)
        atomic_fetch_or(&secured->flips, SECURED_UNBLOCKED);
    else if (atomic_load(&secured->flips))
        atomic_fetch_or(&secured->flips, SECURED_BLOCKED_AGAIN);
}
