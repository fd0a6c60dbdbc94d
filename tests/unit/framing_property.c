/* SPDX-License-Identifier: MIT
 * limit: 120s
 *
 * Random conversations (lib/conversation.h) over one connection, in random pieces, by the short way
 * (straight.h) and by the general one, with refused and partial writes, as they are or as the plaintext of a
 * session in reach: after every call the phase must be what the maker of the conversation knows it to be. In
 * some, bytes go by unseen: from then on the connection may not once be BETWEEN.
 *
 *     framing_property [COUNT [SEED]]     plays COUNT conversations
 *     framing_property --dump COUNT       prints them, for framing_reference.test.py
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "connection/exchange.h"
#include "connection/secured.h"
#include "connection/straight.h"
#include "lib/conversation.h"
#include "lib/peers.h"
#include "lib/traffic.h"

enum { COUNT = 100000, PARTS_MOST = 4 };

struct play {
    uint64_t seed;
    struct conversation conversation;
    struct connection *connection;
    struct secured *secured; /* of a conversation inside TLS; else null */
    size_t out; /* bytes of each stream that went */
    size_t in;
    bool unseen;
};

static const char *const phase_names[] = {"FREE",    "FRESH",  "OPEN",    "AWAIT",
                                          "BETWEEN", "REPAIR", "EVICTED", "PASS"};

/* How far the streams may go: a request follows the answer to the one before, unless pipelined; an
 * answer follows its request, or at least its header if it is early. */
static size_t out_limit(const struct play *play)
{
    const struct conversation *c = &play->conversation;
    for (unsigned i = 1; i < c->count; i++)
        if (!c->exchanges[i].pipelined && play->in < c->exchanges[i - 1].response_end)
            return c->exchanges[i - 1].request_end;
    const struct exchange_marks *last = &c->exchanges[c->count - 1];
    bool left = last->leaves_http && play->in >= last->response_head_end;
    return last->leaves_http && !left ? last->request_end : c->out.count;
}

static size_t in_limit(const struct play *play)
{
    const struct conversation *c = &play->conversation;
    for (unsigned i = 0; i < c->count; i++) {
        const struct exchange_marks *marks = &c->exchanges[i];
        bool early = marks->early && !marks->leaves_http && marks->response_end != SIZE_MAX;
        if (play->out < (early ? marks->request_head_end : marks->request_end))
            return marks->response_begin;
    }
    return c->in.count;
}

/* The phase that the streams' positions mean. */
static enum phase expected_phase(const struct play *play)
{
    const struct conversation *c = &play->conversation;
    unsigned asked = 0;
    unsigned answered = 0;
    for (unsigned i = 0; i < c->count; i++) {
        const struct exchange_marks *marks = &c->exchanges[i];
        if (marks->leaves_http && play->in >= marks->response_head_end)
            return PHASE_PASS;
        if (play->out > marks->request_begin && play->out < marks->request_end)
            return PHASE_OPEN;
        asked += play->out >= marks->request_end;
        answered += marks->response_end != SIZE_MAX && play->in >= marks->response_end;
    }
    return asked > answered ? PHASE_AWAIT : PHASE_BETWEEN;
}

/* Whether a header that says so has gone by (`sure`), or has perhaps not (else). */
static bool said(const struct play *play, bool closes)
{
    const struct conversation *c = &play->conversation;
    for (unsigned i = 0; i < c->count; i++) {
        const struct exchange_marks *marks = &c->exchanges[i];
        bool asked = closes ? marks->request_closes : marks->request_binds;
        bool answered = closes ? marks->response_closes : marks->response_binds;
        if ((asked && play->out >= marks->request_head_end) ||
            (answered && play->in >= marks->response_head_end))
            return true;
    }
    return false;
}

static int report(const struct play *play, uint64_t seed, const char *what)
{
    const struct conversation *c = &play->conversation;
    printf("seed %" PRIu64 ": %s, phase %s, expected %s, at %zu of %zu out, %zu of %zu in\n", seed,
           what, phase_names[connection_phase(play->connection)],
           phase_names[expected_phase(play)], play->out, c->out.count, play->in, c->in.count);
    printf("--- out\n%.*s\n--- in\n%.*s\n", (int)c->out.count, (const char *)c->out.bytes,
           (int)c->in.count, (const char *)c->in.bytes);
    return 1;
}

static int check(const struct play *play, uint64_t seed)
{
    enum phase phase = connection_phase(play->connection);
    enum phase expected = expected_phase(play);
    bool settled = expected == PHASE_BETWEEN || expected == PHASE_AWAIT;
    if (play->unseen)
        return phase == PHASE_BETWEEN ? report(play, seed, "BETWEEN after unseen bytes") : 0;
    if (phase != expected)
        return report(play, seed, "wrong phase");
    if (settled && atomic_load(&play->connection->closing) != said(play, true) &&
        expected == PHASE_BETWEEN)
        return report(play, seed, "wrong `closing`");
    if (expected == PHASE_BETWEEN && atomic_load(&play->connection->bound) != said(play, false))
        return report(play, seed, "wrong `bound`");
    return 0;
}

/* Cuts `count` bytes into a few parts, some of them empty. */
static struct bytes cut(struct play *play, const unsigned char *at, size_t count,
                        struct iovec *parts)
{
    size_t used = random_below(&play->seed, 2) ? 1 : 1 + random_below(&play->seed, PARTS_MOST);
    for (size_t i = 0; i < used; i++) {
        size_t part = i + 1 == used ? count : random_below(&play->seed, (uint32_t)count + 1);
        parts[i] = (struct iovec){(void *)(uintptr_t)at, part};
        at += part;
        count -= part;
    }
    return (struct bytes){parts, used};
}

/* Mostly small pieces, sometimes all there is. */
static size_t piece(struct play *play, size_t most)
{
    uint32_t top = random_below(&play->seed, 3) ? 40 : (uint32_t)most;
    size_t size = 1 + random_below(&play->seed, top < most ? top : (uint32_t)most);
    return random_below(&play->seed, 4) ? size : most;
}

/* The short way of a write, as the doors take it. */
static bool is_sent_short(const struct exchange_write *write, struct secured *secured,
                          const struct bytes *bytes, size_t count)
{
    const struct iovec *parts = bytes->parts;
    if (secured)
        return write->phase_before != PHASE_OPEN && count <= parts->iov_len &&
               straight_sent_plaintext(write->connection, secured, write->incarnation,
                                       parts->iov_base, count);
    if (write->phase_before != PHASE_OPEN && bytes->count > 1)
        return straight_sent_parts(write->connection, write->incarnation, parts, bytes->count,
                                   count);
    if (bytes->count > 1)
        return false;
    return (write->phase_before == PHASE_OPEN ? straight_sent_chunks : straight_sent)(
        write->connection, write->incarnation, parts->iov_base, count);
}

/* ... and the general one; -1: EAGAIN. What goes out inside TLS has been counted as ciphertext before. */
static void end_write(const struct play *play, struct exchange_write *write, const struct bytes *bytes,
                      ssize_t accepted)
{
    if (play->secured && accepted > 0)
        atomic_fetch_add(&play->connection->sent.bytes, (uint64_t)accepted + 22);
    if (accepted > 0 && is_sent_short(write, play->secured, bytes, (size_t)accepted))
        return;
    (play->secured ? exchange_end_plaintext_write : exchange_end_write)(write, bytes, accepted);
}

static void send_piece(struct play *play, size_t most)
{
    struct iovec parts[PARTS_MOST];
    size_t count = piece(play, most);
    struct bytes bytes = cut(play, play->conversation.out.bytes + play->out, count, parts);
    struct exchange_write write = write_begins(play->connection);
    if (play->unseen && random_below(&play->seed, 2) == 0) {
        exchange_end_unseen_write(&write, (ssize_t)count);
    } else {
        uint32_t luck = random_below(&play->seed, 8);
        if (luck == 0) { /* EAGAIN */
            end_write(play, &write, &bytes, -1);
            return;
        }
        count = luck < 3 ? 1 + random_below(&play->seed, (uint32_t)count) : count;
        end_write(play, &write, &bytes, (ssize_t)count);
    }
    play->out += count;
}

static bool is_received_short(const struct play *play, uint32_t incarnation, const struct iovec *part,
                              size_t count)
{
    if (count > part->iov_len)
        return false;
    return play->secured ? straight_received_plaintext(play->connection, play->secured, incarnation,
                                                       part->iov_base, count)
                         : straight_received(play->connection, incarnation, part->iov_base, count);
}

static void receive_piece(struct play *play, size_t most)
{
    struct iovec parts[PARTS_MOST];
    size_t count = piece(play, most);
    struct bytes bytes = cut(play, play->conversation.in.bytes + play->in, count, parts);
    uint32_t incarnation = atomic_load(&play->connection->incarnation);
    if (play->unseen && random_below(&play->seed, 2) == 0)
        exchange_unseen_received(play->connection, count);
    else if (!is_received_short(play, incarnation, parts, count))
        (play->secured ? exchange_plaintext_received
                       : exchange_received)(play->connection, incarnation, &bytes, count);
    play->in += count;
}

/* From here on bytes may go by unseen; the first ones do. */
static void begin_unseen(struct play *play)
{
    struct exchange_write write = write_begins(play->connection);
    play->unseen = true;
    exchange_end_unseen_write(&write, 1);
}

static int play_one(struct play *play, uint64_t seed)
{
    int result = 0;
    bool unseen = seed % 8 == 0;
    play->seed = seed ^ 0x5bd1e995;
    play->out = play->in = 0;
    play->unseen = false;
    conversation_make(&play->conversation, seed, true);
    play->connection = connection_to_peer(-1, 1000);
    play->secured = seed % 4 == 1 ? secured_new(play->connection, NULL, NULL) : NULL;
    while (!result) {
        size_t out = out_limit(play) - play->out;
        size_t in = in_limit(play) - play->in;
        if (!out && !in)
            break;
        if (unseen && play->out && !play->unseen && random_below(&play->seed, 8) == 0)
            begin_unseen(play);
        if (out && (!in || random_below(&play->seed, 2)))
            send_piece(play, out);
        else
            receive_piece(play, in);
        result = play->out ? check(play, seed) : 0;
    }
    connection_release(play->connection);
    return result;
}

/* One line a conversation: both streams in hexadecimal, then METHOD:REQUEST_END:RESPONSE_END. */
static void dump_one(struct conversation *c, uint64_t seed)
{
    const struct half *streams[] = {&c->out, &c->in};
    conversation_make(c, seed, false);
    for (int s = 0; s < 2; s++) {
        for (size_t i = 0; i < streams[s]->count; i++)
            printf("%02x", streams[s]->bytes[i]);
        printf(" ");
    }
    for (unsigned i = 0; i < c->count; i++)
        printf("%s:%zu:%zd:%d ", c->exchanges[i].method, c->exchanges[i].request_end,
               (ssize_t)c->exchanges[i].response_end, c->exchanges[i].leaves_http);
    printf("\n");
}

int main(int count, char **arguments)
{
    static struct play play;
    bool dumps = count == 3 && !strcmp(arguments[1], "--dump");
    unsigned long wanted = count > 1 ? strtoul(arguments[dumps ? 2 : 1], NULL, 10) : COUNT;
    uint64_t seed = !dumps && count > 2 ? strtoull(arguments[2], NULL, 10) : 1;
    int result = 0;
    for (unsigned long i = 0; i < wanted && !result; i++) {
        if (dumps)
            dump_one(&play.conversation, seed + i);
        else
            result = play_one(&play, seed + i);
    }
    if (!dumps && !result)
        printf("%lu conversations agree\n", wanted);
    return result;
}
