/* SPDX-License-Identifier: MIT
 *
 * Fuzzes the walk over TLS records, in both directions and in pieces, and the reader of ClientHellos.
 * The first byte chooses: 0 a hello, else records in turns, each piece preceded by its direction (the
 * lowest bit) and length.
 *
 * Besides what the sanitizers see: pieces must lead to the same state as single bytes, and opaque is
 * for ever.
 */
#include <stdlib.h>
#include <string.h>

#include "connection/tls.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool condition)
{
    if (!condition)
        abort();
}

static enum framing feed(struct tls *tls, bool inbound, const uint8_t *bytes, size_t count)
{
    return inbound ? tls_received(tls, bytes, count) : tls_sent(tls, bytes, count);
}

static void walk(const uint8_t *data, size_t size)
{
    struct tls whole;
    struct tls parts;
    tls_reset(&whole);
    tls_reset(&parts);
    while (size > 2) {
        bool inbound = data[0] & 1;
        size_t count = data[1] < size - 2 ? data[1] : size - 2;
        bool opaque = whole.opaque;
        enum framing at_once = feed(&whole, inbound, data + 2, count);
        enum framing one_by_one = feed(&parts, inbound, data + 2, 0);
        for (size_t i = 0; i < count; i++)
            one_by_one = feed(&parts, inbound, data + 2 + i, 1);
        demand(at_once == one_by_one && (!opaque || at_once == FRAMING_OPAQUE));
        data += 2 + count;
        size -= 2 + count;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!size)
        return 0;
    if (data[0])
        walk(data + 1, size - 1);
    else
        (void)tls_hello_allows_http2(data + 1, size - 1);
    return 0;
}
