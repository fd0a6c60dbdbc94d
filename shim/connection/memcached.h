/* SPDX-License-Identifier: MIT
 *
 * Framing of memcached's text protocol (doc/protocol.txt of memcached): which commands are out,
 * which replies are in. Pure. The protocol keeps nothing in the connection; what is not listed in
 * memcached.c (meta commands, "watch", the binary protocol) makes it opaque for good.
 */
#ifndef UNSTALE_CONNECTION_MEMCACHED_H
#define UNSTALE_CONNECTION_MEMCACHED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "connection/framing.h"

enum { MEMCACHED_LINE_MOST = 304 };

/* One direction: a line, and the block of data that may follow it. */
struct memcached_stream {
    uint64_t skip;       /* bytes of the block still to come, its line end included */
    uint16_t line_bytes; /* of the line so far */
    char line[MEMCACHED_LINE_MOST];
};

struct memcached {
    struct memcached_stream out;
    struct memcached_stream in;
    uint64_t until_end;  /* bit i: the reply to the i-th outstanding command goes on until END */
    uint8_t outstanding; /* commands sent as a whole whose reply is not complete; at most 64 */
    bool first;          /* the connection's first command: a set may be a login */
    bool opaque;
};

void memcached_reset(struct memcached *memcached);
enum framing memcached_sent(struct memcached *memcached, const unsigned char *bytes, size_t count);
enum framing memcached_received(struct memcached *memcached, const unsigned char *bytes,
                                size_t count);

/* As http1_left() and http1_skip(), for a block of data. */
uint64_t memcached_left(const struct memcached *memcached, bool inbound);
void memcached_skip(struct memcached *memcached, bool inbound, uint64_t count);

/* True when `bytes`, a first write, begin with a command of the text protocol. */
bool memcached_opens(const unsigned char *bytes, size_t count);

#endif
