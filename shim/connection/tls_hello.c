/* SPDX-License-Identifier: MIT
 *
 * Reads the ClientHello (RFC 8446 section 4.1.2) as far as its ALPN extension. Every length is
 * checked against what is there; a hello that ends early counts as one that offers everything.
 */
#include <string.h>

#include "connection/tls.h"

enum { RECORD_HEADER = 5, HANDSHAKE_HEADER = 4, VERSION_AND_RANDOM = 34, EXTENSION_ALPN = 16 };

/* What is left to be read; `cut` once more was wanted than there is. */
struct cursor {
    const unsigned char *at;
    size_t left;
    bool cut;
};

static const unsigned char *take(struct cursor *cursor, size_t count)
{
    const unsigned char *taken = cursor->at;
    if (cursor->cut || count > cursor->left) {
        cursor->cut = true;
        return NULL;
    }
    cursor->at += count;
    cursor->left -= count;
    return taken;
}

/* A number of 1 or 2 bytes, most significant first; 0 when cut. */
static size_t take_number(struct cursor *cursor, size_t width)
{
    size_t number = 0;
    const unsigned char *bytes = take(cursor, width);
    for (size_t i = 0; bytes && i < width; i++)
        number = number << 8 | bytes[i];
    return number;
}

/* Steps over a vector whose length stands before it. */
static void skip_vector(struct cursor *cursor, size_t width)
{
    (void)take(cursor, take_number(cursor, width));
}

/* `names` is a ProtocolNameList with its own length before it. */
static bool offers_http2(struct cursor names)
{
    (void)take_number(&names, 2);
    while (names.left && !names.cut) {
        size_t length = take_number(&names, 1);
        const unsigned char *name = take(&names, length);
        if (name && length == 2 && !memcmp(name, "h2", 2))
            return true;
    }
    return names.cut;
}

/* The hello must be there as a whole, in one record that holds nothing else. */
static bool is_one_whole_record(const unsigned char *bytes, size_t count)
{
    if (count < RECORD_HEADER + HANDSHAKE_HEADER)
        return false;
    size_t record = (size_t)bytes[3] << 8 | bytes[4];
    size_t hello = (size_t)bytes[6] << 16 | (size_t)bytes[7] << 8 | bytes[8];
    return record == hello + HANDSHAKE_HEADER && count >= RECORD_HEADER + record;
}

bool tls_hello_allows_http2(const unsigned char *bytes, size_t count)
{
    struct cursor hello = {bytes, count, false};
    if (!is_one_whole_record(bytes, count))
        return true;
    (void)take(&hello, RECORD_HEADER + HANDSHAKE_HEADER + VERSION_AND_RANDOM);
    skip_vector(&hello, 1); /* session id */
    skip_vector(&hello, 2); /* cipher suites */
    skip_vector(&hello, 1); /* compression methods */
    if (!hello.cut && !hello.left)
        return false;
    size_t extensions = take_number(&hello, 2);
    if (hello.cut || extensions > hello.left)
        return true;
    hello.left = extensions;
    while (hello.left && !hello.cut) {
        size_t type = take_number(&hello, 2);
        size_t length = take_number(&hello, 2);
        const unsigned char *body = take(&hello, length);
        if (body && type == EXTENSION_ALPN)
            return offers_http2((struct cursor){body, length, false});
    }
    return hello.cut;
}
