/* SPDX-License-Identifier: MIT
 *
 * Fuzzes the walk over TLS records, in both directions and in pieces, and the reader of hellos. The
 * first byte chooses: 0 a ClientHello, 1 a ServerHello, else records in turns, each piece preceded by
 * its direction (the lowest bit; the next one: after a pause) and length.
 *
 * Besides what the sanitizers see: pieces must lead to the same state as single bytes, opaque is for
 * ever, and so is a doubt; a name lies in what was fed.
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

static enum framing feed(struct tls *tls, unsigned way, const uint8_t *bytes, size_t count)
{
    struct tls_name name = {0};
    if (way & 1)
        return tls_received(tls, bytes, count, way & 2);
    enum framing framing = tls_sent(tls, bytes, count, &name);
    demand(!name.bytes || (name.bytes >= bytes && name.bytes + name.count <= bytes + count));
    return framing;
}

static void walk(const uint8_t *data, size_t size)
{
    struct tls whole;
    struct tls parts;
    tls_reset(&whole);
    tls_reset(&parts);
    while (size > 2) {
        unsigned way = data[0];
        size_t count = data[1] < size - 2 ? data[1] : size - 2;
        bool opaque = whole.opaque;
        bool doubted = whole.doubted;
        enum framing at_once = feed(&whole, way, data + 2, count);
        enum framing one_by_one = feed(&parts, way, data + 2, 0);
        for (size_t i = 0; i < count; i++)
            one_by_one = feed(&parts, way, data + 2 + i, 1);
        demand(at_once == one_by_one && whole.doubted == parts.doubted);
        demand((!opaque || at_once == FRAMING_OPAQUE) && (!doubted || whole.doubted));
        data += 2 + count;
        size -= 2 + count;
    }
}

static void read_hello(const uint8_t *data, size_t size, bool server)
{
    struct tls_hello whole;
    struct tls_hello parts;
    struct tls_name name = {0};
    tls_hello_begin(&whole, server);
    tls_hello_begin(&parts, server);
    enum hello_end at_once = tls_hello_feed(&whole, data, size, &name);
    enum hello_end one_by_one = HELLO_MORE;
    for (size_t i = 0; i < size && one_by_one == HELLO_MORE; i++)
        one_by_one = tls_hello_feed(&parts, data + i, 1, &name);
    demand(at_once == one_by_one && whole.alpn == parts.alpn);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!size)
        return 0;
    if (data[0] > 1)
        walk(data + 1, size - 1);
    else
        read_hello(data + 1, size - 1, data[0]);
    return 0;
}
