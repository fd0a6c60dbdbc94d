/* SPDX-License-Identifier: MIT
 *
 * See peer_pattern.h. Only ASCII is compared, whatever the locale: other letters are written in a
 * name as the resolver gets them ("xn--...").
 */
#include "base/peer_pattern.h"

#include <errno.h>
#include <string.h>

/* How narrow the kinds are. */
enum {
    WEIGHT_NETWORK = 0,
    WEIGHT_DOMAIN = 1 << 10,
    WEIGHT_ADDRESS = 2 << 10,
    WEIGHT_NAME = 3 << 10
};

static bool is_letter(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static char lower(char byte)
{
    return byte >= 'A' && byte <= 'Z' ? (char)(byte | 0x20) : byte;
}

static bool same_words(const char *a, const char *b, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (lower(a[i]) != lower(b[i]))
            return false;
    return true;
}

/* The last label of a host name has a letter in it (RFC 1123, section 2.1), so that a mistyped address
 * is not taken for a name. */
bool host_name_is_valid(const char *name, size_t length)
{
    bool letter = false;
    size_t label = 0;
    if (!length || length > HOST_NAME_MOST_BYTES)
        return false;
    for (size_t i = 0; i < length; i++) {
        if (name[i] == '.') {
            if (!label)
                return false;
            label = 0;
            letter = letter && i + 1 == length;
            continue;
        }
        if (!is_letter(name[i]) && !is_digit(name[i]) && name[i] != '-' && name[i] != '_')
            return false;
        letter = letter || is_letter(name[i]);
        label++;
    }
    return letter;
}

/* The length without a dot at the end. */
static size_t name_length(const char *name)
{
    size_t length = strlen(name);
    return length && name[length - 1] == '.' ? length - 1 : length;
}

/* "HOST" or "HOST:PORT" with no '/' or bracket: a name, if the host part is one. */
static size_t host_part(const char *words)
{
    return strcspn(words, ":");
}

static bool looks_like_name(const char *words)
{
    size_t length = host_part(words);
    size_t skipped = strncmp(words, "*.", 2) == 0 ? 2 : 0;
    return length > skipped && host_name_is_valid(words + skipped, length - skipped) &&
           !strchr(words + length + (words[length] == ':'), ':');
}

/* A decimal number from 1 to 65535; 0: it is none. */
static uint16_t read_port(const char *words)
{
    uint32_t port = 0;
    size_t length = strlen(words);
    if (!length || length > 5 || strspn(words, "0123456789") != length)
        return 0;
    while (*words)
        port = port * 10 + (uint32_t)(*words++ - '0');
    return port <= 65535 ? (uint16_t)port : 0;
}

static int parse_name(const char *words, struct peer_pattern *pattern, struct text *problem)
{
    size_t length = host_part(words);
    bool ported = words[length] == ':';
    pattern->address = (struct address_pattern){0};
    memcpy(pattern->name, words, length);
    pattern->name[length] = 0;
    pattern->name[name_length(pattern->name)] = 0;
    if (ported)
        pattern->address.port = read_port(words + length + 1);
    if (ported && !pattern->address.port)
        return text_refuse(problem, words, "has a bad port; 1 to 65535 is allowed");
    return 0;
}

int peer_pattern_parse(const char *words, struct peer_pattern *pattern, struct text *problem)
{
    pattern->name[0] = 0;
    if (looks_like_name(words))
        return parse_name(words, pattern, problem);
    return address_pattern_parse(words, &pattern->address, problem);
}

static bool name_matches(const char *pattern, const char *name)
{
    size_t length = name_length(name);
    if (pattern[0] != '*')
        return length == strlen(pattern) && same_words(pattern, name, length);
    size_t suffix = strlen(pattern + 1);
    return length > suffix && same_words(pattern + 1, name + length - suffix, suffix);
}

bool peer_pattern_matches(const struct peer_pattern *pattern, const struct address *address,
                          const char *name)
{
    if (!pattern->name[0])
        return address_pattern_matches(&pattern->address, address);
    if (pattern->address.port && pattern->address.port != address->port)
        return false;
    return name && name_matches(pattern->name, name);
}

int peer_pattern_weight(const struct peer_pattern *pattern)
{
    int port = pattern->address.port != 0;
    if (pattern->name[0] == '*')
        return WEIGHT_DOMAIN + (int)strlen(pattern->name) * 2 + port;
    if (pattern->name[0])
        return WEIGHT_NAME + port;
    return (pattern->address.bits == 128 ? WEIGHT_ADDRESS : WEIGHT_NETWORK) +
           address_pattern_weight(&pattern->address);
}

void peer_pattern_describe(const struct peer_pattern *pattern, struct text *text)
{
    const struct address_pattern *address = &pattern->address;
    if (pattern->name[0])
        text_add(text, pattern->name);
    else
        address_pattern_describe(address, text);
    if (address->port) {
        text_add(text, ":");
        text_add_number(text, address->port);
    }
}
