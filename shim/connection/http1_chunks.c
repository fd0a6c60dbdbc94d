/* SPDX-License-Identifier: MIT
 *
 * See http1_chunks.h.
 */
#include "connection/http1_chunks.h"

#include <stdbool.h>

/* A size of more digits is the parser's to judge. */
enum { DIGITS_MOST = 8 };

static int digit_of(unsigned char byte)
{
    unsigned char lower = byte | 0x20;
    if (byte >= '0' && byte <= '9')
        return byte - '0';
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

static bool line_ends(const unsigned char *at)
{
    return at[0] == '\r' && at[1] == '\n';
}

/* The length of the chunk that begins the bytes; 0: it is not whole, or not ordinary. */
static size_t whole_chunk(const unsigned char *bytes, size_t count)
{
    size_t digits = 0;
    size_t size = 0;
    for (; digits < count && digits < DIGITS_MOST && digit_of(bytes[digits]) >= 0; digits++)
        size = size * 16 + (size_t)digit_of(bytes[digits]);
    if (!size || count < digits + size + 4)
        return 0;
    return line_ends(bytes + digits) && line_ends(bytes + digits + 2 + size) ? digits + size + 4
                                                                             : 0;
}

size_t http1_whole_chunks(const unsigned char *bytes, size_t count)
{
    size_t whole = 0;
    for (size_t chunk = 1; chunk; whole += chunk)
        chunk = whole_chunk(bytes + whole, count - whole);
    return whole;
}
