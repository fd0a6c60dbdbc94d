/* SPDX-License-Identifier: MIT
 *
 * Fuzzes what is followed without the parser against the parser alone: both must agree after every
 * piece (tests/unit/lib/both_ways.h). 0xFE begins a piece of the client, 0xFF one of the server.
 */
#include <stdlib.h>

#include "../unit/lib/both_ways.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct both_ways both;
    bool inbound = false;
    both_begin(&both);
    for (size_t at = 0; at < size && both.framing != FRAMING_OPAQUE;) {
        size_t end = at;
        while (end < size && data[end] < 0xFE)
            end++;
        if (end > at && !both_agree(&both, inbound, data + at, end - at))
            abort();
        if (end < size)
            inbound = data[end] == 0xFF;
        at = end + 1;
    }
    both_end(&both);
    return 0;
}
