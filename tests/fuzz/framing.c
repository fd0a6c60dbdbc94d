/* SPDX-License-Identifier: MIT
 *
 * Fuzzes the framings that are followed byte by byte. The first byte chooses the protocol; from then
 * on 0xFE turns to what the client says and 0xFF to what the server says.
 *
 * Besides what the sanitizers see: bytes that come one at a time must lead to the same state as the
 * same bytes at once; opaque is for ever; a client's first byte ends the rest. What is recorded of a
 * Redis session is the same, too, and whole.
 */
#include <stdlib.h>
#include <string.h>

#include "connection/followed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { RECORDED = 3, WAYS };

static const enum protocol protocols[WAYS] = {PROTOCOL_HTTP1, PROTOCOL_REDIS, PROTOCOL_MEMCACHED,
                                              [RECORDED] = PROTOCOL_REDIS};

static struct followed whole;
static struct followed parts;
static struct redis_session whole_session;
static struct redis_session parts_session;

static enum framing feed(const struct follower *follower, struct followed *followed, bool inbound,
                         const uint8_t *bytes, size_t count)
{
    return (inbound ? follower->received : follower->sent)(followed, bytes, count);
}

static void demand(bool condition)
{
    if (!condition)
        abort();
}

static void demand_session(void)
{
    size_t bytes = 0;
    demand(!memcmp(&whole_session, &parts_session, sizeof whole_session));
    for (size_t i = 0; i < whole_session.count; i++)
        bytes += whole_session.commands[i].bytes;
    demand(bytes == whole_session.used);
    demand(whole_session.kept <= whole_session.count);
}

/* One piece of one side. Returns where both framings stand. */
static enum framing say(const struct follower *follower, bool inbound, const uint8_t *bytes,
                        size_t count)
{
    enum framing one_by_one = FRAMING_OPEN;
    enum framing at_once = feed(follower, &whole, inbound, bytes, count);
    for (size_t i = 0; i < count; i++) {
        enum framing now = feed(follower, &parts, inbound, bytes + i, 1);
        demand(one_by_one != FRAMING_OPAQUE || now == FRAMING_OPAQUE);
        one_by_one = now;
    }
    demand(at_once == one_by_one);
    if (at_once != FRAMING_OPAQUE)
        demand_session();
    return at_once;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    bool inbound = false;
    enum framing framing = FRAMING_OPEN;
    if (!size)
        return 0;
    const struct follower *follower = follower_of(protocols[data[0] % WAYS]);
    follower->reset(&whole);
    follower->reset(&parts);
    if (data[0] % WAYS == RECORDED) {
        memset(&whole_session, 0, sizeof whole_session);
        memset(&parts_session, 0, sizeof parts_session);
        whole.redis.session = &whole_session;
        parts.redis.session = &parts_session;
    }
    for (size_t at = 1; at < size;) {
        size_t end = at;
        while (end < size && data[end] < 0xFE)
            end++;
        if (end > at) {
            enum framing now = say(follower, inbound, data + at, end - at);
            demand(framing != FRAMING_OPAQUE || now == FRAMING_OPAQUE);
            framing = now;
        }
        if (end < size)
            inbound = data[end] == 0xFF;
        at = end + 1;
    }
    return 0;
}
