/* SPDX-License-Identifier: MIT
 *
 * Which peers a rule speaks of: an address or a network (address.h), a host name, or all names under
 * a domain, each with a port or without. Pure.
 */
#ifndef UNSTALE_BASE_PEER_PATTERN_H
#define UNSTALE_BASE_PEER_PATTERN_H

#include <stdbool.h>

#include "base/address.h"

/* Of a host name, without its zero byte (RFC 1035, section 2.3.4: 255 bytes on the wire). */
enum { HOST_NAME_MOST_BYTES = 253 };

struct peer_pattern {
    struct address_pattern address;      /* of a host name only the port counts */
    char name[HOST_NAME_MOST_BYTES + 1]; /* "api.internal", "*.corp"; empty: by address */
};

/* Reads "10.0.0.0/8:8080", "[::1]:80", "api.internal:443", "*.corp". 0, or -EINVAL with *problem. */
int peer_pattern_parse(const char *words, struct peer_pattern *pattern, struct text *problem);

/* `name`: what the program resolved to get the address; null: unknown. Case does not count, nor does
 * a dot at the end. "*.corp" is every name that ends in ".corp". */
bool peer_pattern_matches(const struct peer_pattern *pattern, const struct address *address,
                          const char *name);

/* Of two patterns that match, the one of greater weight is narrower: a whole name, then a single
 * address, then the longest "*." name, then the longest prefix; of equals, the one with a port. */
int peer_pattern_weight(const struct peer_pattern *pattern);

/* "api.internal:443", "10.0.0.0/8": as it may stand in a file. */
void peer_pattern_describe(const struct peer_pattern *pattern, struct text *text);

/* True for what may stand as a host name: letters, digits, '-', '_' and dots, and no IPv4 address. */
bool host_name_is_valid(const char *name, size_t length);

#endif
