/* SPDX-License-Identifier: MIT
 *
 * Fuzzes what a connection skips or follows without the protocol's framing against that framing alone:
 * both must agree after every piece (tests/unit/lib/both_ways.h). The first byte chooses the protocol;
 * from then on 0xFE begins a piece of the client, 0xFF one of the server. Each lies alone in memory, so
 * that what is read outside it is seen.
 */
#include <stdlib.h>
#include <string.h>

#include "../unit/lib/both_ways.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const enum protocol protocols[] = {PROTOCOL_HTTP1, PROTOCOL_REDIS, PROTOCOL_MEMCACHED};

static bool piece_agrees(struct both_ways *both, bool inbound, const uint8_t *data, size_t count)
{
    unsigned char *piece = malloc(count);
    if (!piece)
        abort();
    memcpy(piece, data, count);
    bool agrees = both_agree(both, inbound, piece, count);
    free(piece);
    return agrees;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct both_ways both;
    bool inbound = false;
    if (!size)
        return 0;
    both_begin_as(&both, protocols[data[0] % 3]);
    for (size_t at = 1; at < size && both.framing != FRAMING_OPAQUE;) {
        size_t end = at;
        while (end < size && data[end] < 0xFE)
            end++;
        if (end > at && !piece_agrees(&both, inbound, data + at, end - at))
            abort();
        if (end < size)
            inbound = data[end] == 0xFF;
        at = end + 1;
    }
    both_end(&both);
    return 0;
}
