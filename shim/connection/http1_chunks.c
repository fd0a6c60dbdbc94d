/* SPDX-License-Identifier: MIT
 *
 * See http1_chunks.h.
 */
#include "connection/http1_chunks.h"

#include <stdbool.h>

/* A size of more digits is the parser's to judge. The shortest chunk is "1 CR LF x CR LF". */
enum { DIGITS_MOST = 8, SHORTEST = 6 };

static bool line_ends(const unsigned char *at)
{
    return at[0] == '\r' && at[1] == '\n';
}

/* The length of the chunk that begins the bytes; 0: it is not whole, or not ordinary. */
static size_t whole_chunk(const unsigned char *bytes, size_t count)
{
    const unsigned char *at = bytes;
    const unsigned char *most = bytes + (count < DIGITS_MOST ? count : DIGITS_MOST);
    size_t size = 0;
    if (count < SHORTEST)
        return 0;
    for (; at < most; at++) {
        unsigned digit = *at - '0';
        if (digit > 9) {
            unsigned letter = (*at | 0x20U) - 'a';
            if (letter > 5)
                break;
            digit = letter + 10;
        }
        size = size << 4 | digit;
    }
    size_t whole = (size_t)(at - bytes) + 2 + size + 2;
    if (!size || at == bytes || count < whole || !line_ends(at))
        return 0;
    return line_ends(bytes + whole - 2) ? whole : 0;
}

size_t http1_whole_chunks(const unsigned char *bytes, size_t count)
{
    size_t whole = 0;
    for (size_t chunk = 1; chunk && whole < count; whole += chunk)
        chunk = whole_chunk(bytes + whole, count - whole);
    return whole;
}
