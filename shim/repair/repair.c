/* SPDX-License-Identifier: MIT
 *
 * See repair.h. The facts are asked twice: once freely, which is the end of it when nothing is to be
 * done, and once more with the phase claimed and the socket identified, before the repair.
 */
#include "repair/repair.h"

#include <errno.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/process.h"
#include "base/sys.h"
#include "connection/deadlines.h"
#include "connection/descriptors.h"
#include "connection/due.h"
#include "connection/learn.h"
#include "connection/watch_sets.h"
#include "record/log.h"
#include "repair/facts.h"
#include "repair/reconnect.h"

static const struct decision left_alone = {VERDICT_PASS, REASON_COUNT};

static void record(const struct question *question, const struct kernel_view *view,
                   const struct decision *decision, const char *outcome)
{
    struct resolved_name name;
    bool named = names_recall(connection_name(question->connection), &name);
    log_repair(&question->connection->address, named ? name.words : NULL, view->idle_ms, outcome,
               verdict_reason_name(decision->reason));
    ledger_decision(peer_ledger(question->connection->peer), decision->verdict, decision->reason);
}

/* The limit counts anew from the last byte that the kernel saw. */
static void move_due(struct connection *connection, const struct kernel_view *view)
{
    uint64_t now_ms = clock_coarse_ms();
    uint64_t due_ms = connection_due_at(connection, now_ms - view->idle_ms) + 1;
    atomic_store(&connection->due_ms,
                 due_ms > now_ms ? due_ms : connection_due_at(connection, now_ms));
}

static enum phase reconnect(const struct question *question, const struct kernel_view *view,
                            const struct decision *decision, bool *write)
{
    struct connection *connection = question->connection;
    atomic_store(&connection->fd, question->fd); /* a number that surely leads here */
    struct session_traffic traffic = {0};
    bool had_session = session_is_recorded(connection);
    enum reconnect_result result = reconnect_connection(connection, question->fd, &traffic);
    *write = result != RECONNECT_FAILED;
    if (result == RECONNECT_FORBIDDEN) {
        *write = question->phase != PHASE_EVICTED;
        return *write ? PHASE_PASS : PHASE_EVICTED;
    }
    connection_reset(connection);
    if (*write)
        peer_note(connection->peer, PEER_RECONNECTED);
    else
        breaker_note_failure(connection->peer, clock_coarse_ms());
    record(question, view, decision, *write ? "reconnect" : "reconnect-failed");
    if (had_session && !*write)
        exchange_give_up(connection);
    if (result == RECONNECT_REPEATED) {
        exchange_resume(connection, traffic.sent_bytes, traffic.received_bytes);
        return PHASE_BETWEEN;
    }
    atomic_store(&connection->reconnecting, *write ? RECONNECTING : RECONNECTING_NOT);
    return *write ? PHASE_FRESH : PHASE_EVICTED;
}

/* A connection was ended, or a write failed on one that we had ended: saying goodbye there is no
 * news. */
static void note_end(const struct question *question, const struct kernel_view *view,
                     const struct decision *decision)
{
    if (question->phase == PHASE_EVICTED && question->opening == OPENING_TLS_END)
        return;
    peer_note(question->connection->peer,
              decision->verdict == VERDICT_EVICT ? PEER_EVICTED : PEER_RESET);
    record(question, view, decision, verdict_name(decision->verdict));
}

/* False when a security filter has refused. A connection that the peer has reset is not connected. */
static bool end_connection(int fd)
{
    int result = sys_shutdown(fd, SHUT_RDWR);
    return result == 0 || result == -ENOTCONN;
}

/* Does what was decided. Returns the phase that the connection has then; *write says whether the
 * program's write may go out. */
static enum phase act(const struct question *question, const struct kernel_view *view,
                      const struct decision *decision, bool *write)
{
    switch (decision->verdict) {
    case VERDICT_RECONNECT:
        return reconnect(question, view, decision, write);
    case VERDICT_EVICT:
    case VERDICT_RESET:
        if (question->phase != PHASE_EVICTED && !end_connection(question->fd))
            return PHASE_PASS;
        atomic_store(&question->connection->rested_ms, 0);
        note_end(question, view, decision);
        *write = false;
        return PHASE_EVICTED;
    default: /* what is not ours after all is not asked about again */
        return decision->reason == REASON_COUNT ? PHASE_PASS : question->phase;
    }
}

/* The second question, with the phase held. */
static struct decision decide_surely(const struct question *question, struct kernel_view *view)
{
    struct facts facts;
    if (descriptor_connection(question->fd) != question->connection ||
        !kernel_identifies(question->fd, question->connection) ||
        !facts_gather(question, &facts, view))
        return left_alone;
    return verdict_decide(&facts);
}

/* At the kernel's word that the last exchange has ended the framing starts over. */
static void follow_kernel(const struct question *question, const struct kernel_view *view,
                          const struct facts *facts)
{
    bool lost = question->phase == PHASE_OPEN || question->phase == PHASE_AWAIT ||
                (question->phase != PHASE_EVICTED && facts->unseen);
    if (lost && facts->between && facts->traffic == TRAFFIC_HTTP1 &&
        exchange_restart(question->connection, view->sent_bytes, view->received_bytes))
        connection_move(question->connection, question->phase, PHASE_BETWEEN);
}

/* Claims the phase and repairs. True when the program may write. */
static bool repair_claimed(const struct question *question, struct kernel_view *view)
{
    struct connection *connection = question->connection;
    bool write = true;
    signal_set signals = process_block_signals();
    if (connection_move(connection, question->phase, PHASE_REPAIR)) {
        struct decision decision = decide_surely(question, view);
        enum phase after = act(question, view, &decision, &write);
        connection_set_phase(connection, after);
    }
    process_restore_signals(signals);
    return write;
}

/* Asks, and repairs if the answer is to. True when the program may write. */
static bool ask_and_repair(const struct question *question)
{
    struct facts facts;
    struct kernel_view view;
    struct connection *connection = question->connection;
    if (!process_is_owner())
        return true;
    if (!facts_gather(question, &facts, &view)) {
        connection_pass(connection);
        return true;
    }
    if (question->phase == PHASE_BETWEEN && !facts.unseen)
        learn_look(connection, &view, question->moment == MOMENT_FIRST_WRITE);
    struct decision decision = verdict_decide(&facts);
    if (question->moment == MOMENT_PROBE || decision.reason == REASON_NOT_STALE)
        move_due(connection, &view);
    if (decision.verdict == VERDICT_PASS) {
        ledger_decision(peer_ledger(connection->peer), decision.verdict, decision.reason);
        connection_note_received(connection, view.received_bytes);
        follow_kernel(question, &view, &facts);
        return true;
    }
    if (connection->policy.action == ACTION_OBSERVE) {
        record(question, &view, &decision, "observe");
        return true;
    }
    return repair_claimed(question, &view);
}

bool repair_before_write(struct connection *connection, int fd, enum opening opening)
{
    connection_await_repair(connection);
    struct question question = {
        .connection = connection,
        .fd = fd,
        .moment = MOMENT_FIRST_WRITE,
        .phase = connection_phase(connection),
        .opening = opening,
        .watched = watch_reads(fd),
    };
    return ask_and_repair(&question);
}

/* Evicts a resting connection or moves its due_ms on; then the waits are to look again. */
static void look(struct connection *connection, int fd, enum moment moment, bool awaited)
{
    struct question question = {
        .connection = connection,
        .fd = fd,
        .moment = moment,
        .phase = connection_phase(connection),
        .watched = true,
        .awaited = awaited,
    };
    if (question.phase != PHASE_BETWEEN)
        return;
    deadlines_clear_overdue(connection);
    (void)ask_and_repair(&question);
    if (connection_phase(connection) == PHASE_BETWEEN &&
        atomic_load(&connection->due_ms) > clock_coarse_ms())
        deadlines_add(connection);
}

void repair_at_probe(struct connection *connection, int fd, bool awaited)
{
    look(connection, fd, MOMENT_PROBE, awaited);
}

/* Signals stay blocked over each connection's turn: the queue's lock must not be held by code that
 * a handler interrupts for ever. */
static bool repair_one_due(uint64_t now_ms)
{
    signal_set signals = process_block_signals();
    struct connection *connection = deadlines_take(now_ms);
    int fd = connection ? atomic_load(&connection->fd) : -1;
    if (connection && watch_reads(fd))
        look(connection, fd, MOMENT_PARKED, false);
    else if (connection)
        deadlines_note_overdue(connection);
    process_restore_signals(signals);
    return connection != NULL;
}

bool repair_due(uint64_t now_ms)
{
    for (int done = 0; done < REPAIRS_AT_ONCE; done++)
        if (atomic_load(&deadlines_next_ms) > now_ms || !repair_one_due(now_ms))
            return false;
    return true;
}
