/* SPDX-License-Identifier: MIT
 *
 * See address.h. inet_pton and inet_ntop of glibc are pure: no locale, no malloc.
 */
#include "base/address.h"

#include <arpa/inet.h>
#include <stddef.h>
#include <string.h>

static const uint8_t mapped_prefix[12] = {[10] = 0xff, [11] = 0xff};

static bool is_mapped(const uint8_t *bytes)
{
    return !memcmp(bytes, mapped_prefix, sizeof mapped_prefix);
}

bool address_from_socket(const struct sockaddr *from, socklen_t length, struct address *to)
{
    if (!from || length < sizeof(sa_family_t))
        return false;
    *to = (struct address){.family = from->sa_family};
    if (from->sa_family == AF_INET && length >= sizeof(struct sockaddr_in)) {
        struct sockaddr_in in;
        memcpy(&in, from, sizeof in);
        memcpy(to->bytes, mapped_prefix, sizeof mapped_prefix);
        memcpy(to->bytes + 12, &in.sin_addr, 4);
        to->port = ntohs(in.sin_port);
        return true;
    }
    /* The kernel takes 24 bytes, without the scope (SIN6_LEN_RFC2133). */
    if (from->sa_family == AF_INET6 && length >= offsetof(struct sockaddr_in6, sin6_scope_id)) {
        struct sockaddr_in6 in6 = {0};
        memcpy(&in6, from, length < sizeof in6 ? length : sizeof in6);
        memcpy(to->bytes, &in6.sin6_addr, 16);
        to->port = ntohs(in6.sin6_port);
        to->scope = in6.sin6_scope_id;
        return true;
    }
    return false;
}

bool address_from_bytes(int family, const void *bytes, size_t count, struct address *to)
{
    size_t whole = family == AF_INET ? 4 : 16;
    if ((family != AF_INET && family != AF_INET6) || count != whole)
        return false;
    *to = (struct address){.family = (uint16_t)family};
    memcpy(to->bytes, mapped_prefix, sizeof mapped_prefix);
    memcpy(to->bytes + 16 - whole, bytes, whole);
    return true;
}

socklen_t address_to_socket(const struct address *from, struct sockaddr_storage *to)
{
    memset(to, 0, sizeof *to);
    if (from->family == AF_INET) {
        struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(from->port)};
        memcpy(&in.sin_addr, from->bytes + 12, 4);
        memcpy(to, &in, sizeof in);
        return sizeof in;
    }
    struct sockaddr_in6 in6 = {.sin6_family = AF_INET6,
                               .sin6_port = htons(from->port),
                               .sin6_scope_id = from->scope};
    memcpy(&in6.sin6_addr, from->bytes, 16);
    memcpy(to, &in6, sizeof in6);
    return sizeof in6;
}

bool address_equal(const struct address *a, const struct address *b)
{
    return a->port == b->port && a->scope == b->scope && !memcmp(a->bytes, b->bytes, 16);
}

/* "127.0.0.1" or "[::1]". */
static void describe_bytes(const uint8_t *bytes, bool four, struct text *text)
{
    char words[INET6_ADDRSTRLEN] = "?";
    inet_ntop(four ? AF_INET : AF_INET6, bytes + (four ? 12 : 0), words, sizeof words);
    text_add(text, four ? "" : "[");
    text_add(text, words);
    text_add(text, four ? "" : "]");
}

void address_describe(const struct address *address, struct text *text)
{
    describe_bytes(address->bytes, is_mapped(address->bytes), text);
    text_add(text, ":");
    text_add_number(text, address->port);
}

void address_pattern_describe(const struct address_pattern *pattern, struct text *text)
{
    bool four = pattern->bits >= 96 && is_mapped(pattern->bytes);
    describe_bytes(pattern->bytes, four, text);
    if (pattern->bits == 128)
        return;
    text_add(text, "/");
    text_add_number(text, pattern->bits - (four ? 96U : 0U));
}

bool address_pattern_matches(const struct address_pattern *pattern, const struct address *address)
{
    unsigned whole = pattern->bits / 8;
    unsigned rest = pattern->bits % 8;
    if (pattern->port && pattern->port != address->port)
        return false;
    if (memcmp(pattern->bytes, address->bytes, whole) != 0)
        return false;
    unsigned mask = 0xff00U >> rest & 0xff;
    return !rest || ((pattern->bytes[whole] ^ address->bytes[whole]) & mask) == 0;
}

int address_pattern_weight(const struct address_pattern *pattern)
{
    return pattern->bits * 2 + (pattern->port != 0);
}
