/* SPDX-License-Identifier: MIT
 *
 * Fuzzes the recognition of a protocol by its first bytes, from a block of their exact size.
 *
 * Besides what the sanitizers see: what is not HTTP/1 can not become it by more bytes behind it, for
 * else a first write in pieces and one at once would be taken for different protocols; and the framing
 * may follow whatever is recognised.
 */
#include <stdlib.h>

#include "connection/followed.h"
#include "connection/opening.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct follower *follower_for(enum opening opening)
{
    switch (opening) {
    case OPENING_HTTP1:
        return follower_of(PROTOCOL_HTTP1);
    case OPENING_REDIS:
        return follower_of(PROTOCOL_REDIS);
    case OPENING_MEMCACHED:
        return follower_of(PROTOCOL_MEMCACHED);
    default:
        return NULL;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct followed followed;
    enum opening opening = opening_of(data, size);
    const struct follower *follower = follower_for(opening);
    if (opening == OPENING_HTTP1)
        for (size_t count = 3; count < size; count++)
            if (opening_of(data, count) != OPENING_HTTP1)
                abort();
    if (follower) {
        follower->reset(&followed);
        (void)follower->sent(&followed, data, size);
    }
    return 0;
}
