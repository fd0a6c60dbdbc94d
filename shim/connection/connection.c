/* SPDX-License-Identifier: MIT
 *
 * See connection.h. Nothing here makes a system call but for a new connection (memory, and to yield
 * where threads meet in the table of peers), and at both ends where there is a state file.
 */
#include "connection/connection.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/process.h"
#include "base/sys.h"
#include "connection/blocking.h"
#include "connection/deadlines.h"
#include "connection/due.h"
#include "connection/followed.h"
#include "connection/secured.h"
#include "connection/tls_state.h"
#include "connection/vault.h"
#include "peer/state.h"

/* For what nobody else reads yet, or only after the phase, which is stored behind it. */
#define SET(field, value) atomic_store_explicit(&(field), (value), memory_order_relaxed)

/* Three seconds, longer than a session takes to be repeated: only a thread that is gone takes so long. */
enum { AWAIT_TURNS = SYS_YIELD_TURNS + 30000, LEAVE_TURNS = 16 };

_Atomic bool connection_any;

ARENA(connections, struct connection);

struct connection *connection_at(uint32_t slot)
{
    return arena_slot(&connections, slot);
}

/* Up to a tenth earlier than the rule says, so that connections which were opened together do not all
 * go together. */
static uint32_t retirement(const struct connection *connection, uint64_t now_ms)
{
    name_reference name = connection_name(connection);
    uint64_t lifetime_ms = peer_extras_for(&connection->address, name).max_lifetime_ms;
    if (LIKELY(!lifetime_ms))
        return 0;
    uint64_t random = (clock_exact_ns() ^ connection->slot) * 0x9e3779b97f4a7c15ULL >> 32;
    return (uint32_t)((now_ms + lifetime_ms - (lifetime_ms / 10 * random >> 32)) / RETIRE_UNIT_MS);
}

void connection_reset(struct connection *connection)
{
    uint64_t now = clock_coarse_ms();
    SET(connection->last_ms, now);
    uint32_t retire = retirement(connection, now);
    SET(connection->retire, retire);
    SET(connection->aging, retire != 0);
    SET(connection->due_ms, connection_due_at(connection, now));
    SET(connection->rested_ms, 0);
    SET(connection->reused_ms, 0);
    SET(connection->sent.bytes, 0);
    SET(connection->received.bytes, 0);
    SET(connection->received_then, 0);
    connection_look_at(connection, 0);
    secured_restart(connection);
    SET(connection->protocol, PROTOCOL_NONE);
    SET(connection->exchanged, 0);
    SET(connection->unsure, 0);
    SET(connection->closing, 0);
    SET(connection->bound, 0);
    SET(connection->leaving_http, 0);
    SET(connection->tangled, 0);
    SET(connection->told, 0);
    if (!connection_try_lock(connection)) {
        atomic_store(&connection->unsure, 1);
        return;
    }
    connection->plain = (struct plain){0};
    tls_state_forget(&connection->tls);
    followed_forget(&connection->exchange);
    connection_unlock(connection);
}

struct connection *connection_new(int fd, const struct address *address,
                                  const struct peer_policy *policy, name_reference name)
{
    uint32_t slot = arena_take(&connections);
    if (!slot)
        return NULL;
    struct connection *connection = connection_at(slot);
    connection->slot = slot;
    /* The entry of the slot's last connection is dropped when it comes up. */
    uint8_t in_heap = QUEUED_IN_HEAP;
    if (atomic_load(&connection->queued) == QUEUED_IN_HEAP)
        atomic_compare_exchange_strong(&connection->queued, &in_heap, QUEUED_NOT);
    connection->address = *address;
    connection->peer = peer_hold(address);
    state_load(connection->peer);
    peer_note(connection->peer, PEER_CONNECTED);
    connection->name_place = peer_note_name(connection->peer, name);
    connection->policy = *policy;
    connection->copies = atomic_load(&process_copies);
    SET(connection->fd, fd);
    SET(connection->cookie, 0);
    SET(connection->reconnecting, RECONNECTING_NOT);
    SET(connection->references, 1);
    SET(connection->generation, 0);
    SET(connection->readers, 0);
    SET(connection->blocking, BLOCKING_UNKNOWN);
    SET(connection->passed_on, 0);
    SET(connection->stdio, 0);
    connection_reset(connection);
    atomic_store_explicit(&connection->state, PHASE_FRESH, memory_order_release);
    if (UNLIKELY(!atomic_load(&connection_any))) {
        atomic_store(&connection_any, true);
        deadlines_begin();
    }
    return connection;
}

void connection_hold(struct connection *connection)
{
    atomic_fetch_add(&connection->references, 1);
}

/* Under `busy`, which it ends. */
static void give_back(struct connection *connection)
{
    uint32_t slot = connection->slot;
    followed_forget(&connection->exchange);
    tls_state_forget(&connection->tls);
    connection_forget_session(connection);
    secured_forget(&connection->secured);
    atomic_store_explicit(&connection->busy, 0, memory_order_release);
    arena_give(&connections, slot);
}

void connection_release(struct connection *connection)
{
    if (atomic_fetch_sub(&connection->references, 1) != 1)
        return;
    uint32_t incarnation = atomic_load_explicit(&connection->incarnation, memory_order_relaxed);
    atomic_store_explicit(&connection->incarnation, incarnation + 1, memory_order_release);
    atomic_store_explicit(&connection->state, PHASE_FREE, memory_order_release);
    deadlines_clear_overdue(connection);
    if (atomic_load(&connection->reconnecting) == RECONNECTING_REFUSED)
        breaker_note_failure(connection->peer, clock_coarse_ms());
    state_save(connection->peer);
    peer_release(connection->peer);
    if (connection_try_lock(connection)) { /* before `leaving` is set nobody else gives it back */
        give_back(connection);
        return;
    }
    /* Who is busy looks for `leaving` behind its unlock, but perhaps before that is seen here: a moment
     * later it is. */
    atomic_store(&connection->leaving, 1);
    for (int turn = 0; turn < LEAVE_TURNS && atomic_load(&connection->leaving); turn++) {
        if (connection_try_lock(connection))
            connection_unlock(connection);
        else
            sys_yield();
    }
}

void connection_forget_session(struct connection *connection)
{
    if (atomic_load(&connection->session))
        vault_give(atomic_exchange(&connection->session, 0));
}

void connection_set_phase(struct connection *connection, enum phase phase)
{
    while (!connection_move(connection, connection_phase(connection), phase))
        ;
}

void connection_pass(struct connection *connection)
{
    enum phase phase = connection_phase(connection);
    while (phase != PHASE_REPAIR && phase != PHASE_FREE && phase != PHASE_PASS) {
        if (connection_move(connection, phase, PHASE_PASS)) {
            connection_look_at(connection, LOOK_NEVER);
            break;
        }
        phase = connection_phase(connection);
    }
    if (atomic_load(&connection->session) && phase != PHASE_REPAIR &&
        connection_try_lock(connection)) {
        connection_forget_session(connection);
        connection_unlock(connection);
    }
}

void connection_await_repair(const struct connection *connection)
{
    for (int turn = 0; turn < AWAIT_TURNS; turn++) {
        if (connection_phase(connection) != PHASE_REPAIR)
            return;
        if (turn == SYS_YIELD_TURNS && !process_is_owner()) /* the thread is not in this process */
            return;
        sys_give_way(turn);
    }
}

void connection_orphan(struct connection *connection)
{
    bool half_done = connection_phase(connection) == PHASE_REPAIR;
    if (!half_done && !atomic_load(&connection->busy))
        return;
    if (half_done)
        connection_set_phase(connection, PHASE_PASS);
    else
        connection_pass(connection);
    if (atomic_load(&connection->generation) % 2)
        atomic_fetch_add(&connection->generation, 1);
    atomic_store(&connection->busy, 0);
}

bool connection_is_shared(const struct connection *connection, bool close_on_exec)
{
    return process_has_forked_since(connection->copies) ||
           (!close_on_exec && connection->copies != atomic_load(&process_copies)) ||
           atomic_load(&connection->passed_on);
}

void connection_leave(struct connection *connection)
{
    while (atomic_load(&connection->leaving) && connection_try_lock(connection)) {
        if (atomic_exchange(&connection->leaving, 0)) {
            give_back(connection);
            return;
        }
        atomic_store(&connection->busy, 0);
    }
}
