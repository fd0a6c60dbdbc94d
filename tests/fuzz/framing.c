/* SPDX-License-Identifier: MIT
 *
 * Fuzzes the framings that are followed byte by byte. The first byte chooses the protocol; from then
 * on 0xFE turns to what the client says and 0xFF to what the server says.
 *
 * Besides what the sanitizers see: bytes that come one at a time must lead to the same state as the
 * same bytes at once; opaque is for ever; a client's first byte ends the rest.
 */
#include <stdlib.h>

#include "connection/followed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const enum protocol protocols[] = {PROTOCOL_HTTP1, PROTOCOL_REDIS, PROTOCOL_MEMCACHED};

static struct followed whole;
static struct followed parts;

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
    return at_once;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    bool inbound = false;
    enum framing framing = FRAMING_OPEN;
    if (!size)
        return 0;
    const struct follower *follower = follower_of(protocols[data[0] % 3]);
    follower->reset(&whole);
    follower->reset(&parts);
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
