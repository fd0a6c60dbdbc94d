/* SPDX-License-Identifier: MIT
 *
 * Internet addresses in one form: 16 bytes, IPv4 as ::ffff:a.b.c.d (as the kernel maps it), so that
 * a peer is the same whether the program uses an AF_INET or an AF_INET6 socket. Pure.
 */
#ifndef UNSTALE_BASE_ADDRESS_H
#define UNSTALE_BASE_ADDRESS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

#include "base/text.h"

struct address {
    uint8_t bytes[16]; /* network order */
    uint16_t port;     /* host order */
    uint16_t family;   /* AF_INET or AF_INET6: what the program's socket is */
    uint32_t scope;    /* sin6_scope_id */
};

/* ADDRESS[/BITS][:PORT]: which peers a rule speaks of. */
struct address_pattern {
    uint8_t bytes[16];
    uint16_t port; /* 0: any */
    uint8_t bits;  /* 0 to 128, counted in the 16-byte form */
};

enum { ADDRESS_PATTERN_MOST = 80 };

/* Reads what a program handed to connect(). False for any family but AF_INET and AF_INET6, and for a
 * length that is too short. */
bool address_from_socket(const struct sockaddr *from, socklen_t length, struct address *to);

/* The same of a bare address of 4 or 16 bytes, with port 0. */
bool address_from_bytes(int family, const void *bytes, size_t count, struct address *to);

/* The other way, in the family of the socket. Returns the length. */
socklen_t address_to_socket(const struct address *from, struct sockaddr_storage *to);

/* Same bytes and port (the scope counts for IPv6). */
bool address_equal(const struct address *a, const struct address *b);

/* The bytes, well mixed, for tables inside this process. */
static inline uint64_t address_hash(const uint8_t bytes[16])
{
    uint64_t halves[2];
    memcpy(halves, bytes, sizeof halves);
    uint64_t mixed = (halves[0] * 0x9e3779b97f4a7c15ULL ^ halves[1]) * 0xd6e8feb86659fd93ULL;
    return mixed ^ mixed >> 32;
}

/* "127.0.0.1:80", "[::1]:80". */
void address_describe(const struct address *address, struct text *text);

/* Reads "10.0.0.0/8:8080", "[::1]:80", "fd00::/8". 0, or -EINVAL with *problem. */
int address_pattern_parse(const char *words, struct address_pattern *pattern, struct text *problem);

/* "10.0.0.0/8", "[fd00::]/8": without the port. */
void address_pattern_describe(const struct address_pattern *pattern, struct text *text);

bool address_pattern_matches(const struct address_pattern *pattern, const struct address *address);

/* How narrow a pattern is: the longer prefix first, then the one that names a port. */
int address_pattern_weight(const struct address_pattern *pattern);

#endif
