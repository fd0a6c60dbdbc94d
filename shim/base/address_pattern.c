/* SPDX-License-Identifier: MIT
 *
 * Reads the ADDRESS[/BITS][:PORT] of a [peer ...] section. An IPv6 address with a port stands in
 * brackets; without a port they may be left out. The bits of the address behind /BITS must be zero,
 * so that a mistyped prefix is not taken for another one silently.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/address.h"

/* A decimal number up to `most`; -1 if `words` is none. */
static long read_number(const char *words, long most)
{
    long number = 0;
    if (!*words || strlen(words) > 5)
        return -1;
    for (; *words; words++) {
        if (*words < '0' || *words > '9')
            return -1;
        number = number * 10 + (*words - '0');
    }
    return number <= most ? number : -1;
}

/* Cuts `words` at the last ':' that introduces a port; null when there is none. */
static char *cut_port(char *words)
{
    char *colon = strrchr(words, ':');
    bool bracketed = words[0] == '[';
    if (!colon)
        return NULL;
    if (bracketed && strrchr(words, ']') > colon)
        return NULL;
    if (!bracketed && strchr(words, ':') != colon)
        return NULL;
    *colon = 0;
    return colon + 1;
}

static char *cut_bits(char *words)
{
    char *slash = strchr(words, '/');
    if (!slash)
        return NULL;
    *slash = 0;
    return slash + 1;
}

/* "[::1]" -> "::1"; a bracket without its pair stays and is refused as an address. */
static char *without_brackets(char *words)
{
    size_t length = strlen(words);
    if (words[0] != '[' || length < 2 || words[length - 1] != ']')
        return words;
    words[length - 1] = 0;
    return words + 1;
}

static bool host_bits_are_zero(const struct address_pattern *pattern)
{
    for (unsigned bit = pattern->bits; bit < 128; bit++)
        if (pattern->bytes[bit / 8] & (0x80U >> bit % 8))
            return false;
    return true;
}

/* Fills bytes and returns the bits of the plain address: 32 or 128; 0 if it is no address. */
static int read_address(const char *words, uint8_t *bytes)
{
    memset(bytes, 0, 16);
    if (inet_pton(AF_INET6, words, bytes) == 1)
        return 128;
    bytes[10] = bytes[11] = 0xff;
    return inet_pton(AF_INET, words, bytes + 12) == 1 ? 32 : 0;
}

int address_pattern_parse(const char *words, struct address_pattern *pattern, struct text *problem)
{
    char copy[ADDRESS_PATTERN_MOST];
    if (strlen(words) >= sizeof copy)
        return text_refuse(problem, words, "is too long for ADDRESS[/BITS][:PORT]");
    strcpy(copy, words);
    char *port = cut_port(copy);
    char *bits = cut_bits(copy);
    int width = read_address(without_brackets(copy), pattern->bytes);
    if (!width)
        return text_refuse(problem, words,
                           "is no peer; write a name or ADDRESS[/BITS], and :PORT if need be, "
                           "as api.internal:443, *.corp, 10.0.0.0/8:8080 or [::1]:80");
    long count = bits ? read_number(bits, width) : width;
    if (count < 0)
        return text_refuse(problem, words,
                           width == 32 ? "has a bad /BITS; 0 to 32 is allowed"
                                       : "has a bad /BITS; 0 to 128 is allowed");
    long number = port ? read_number(port, 65535) : 0;
    if (number < 0 || (port && number == 0))
        return text_refuse(problem, words, "has a bad port; 1 to 65535 is allowed");
    pattern->bits = (uint8_t)(128 - width + count);
    pattern->port = (uint16_t)number;
    if (!host_bits_are_zero(pattern))
        return text_refuse(problem, words,
                           "has bits set behind its /BITS; clear them or lengthen /BITS");
    return 0;
}
