/* SPDX-License-Identifier: MIT
 *
 * HTTP/1 framing (RFC 9112) of both directions, by llhttp: which requests are out, which responses
 * are in. Pure: memory comes from an arena, and is held only while an exchange is open.
 *
 * The caller serialises the calls for one connection (connection_try_lock).
 */
#ifndef UNSTALE_CONNECTION_HTTP1_H
#define UNSTALE_CONNECTION_HTTP1_H

#include <llhttp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "connection/framing.h"

/* One direction's parser and the header that it is in. */
struct http1_stream {
    llhttp_t parser;
    uint8_t name_bytes; /* of the header name at hand; past the room: a long name, of no interest */
    uint8_t value_bytes;
    char name[20];
    char value[12]; /* the beginning, in lower case */
    bool open;      /* a message has begun and is not complete */
};

struct http1 {
    uint32_t arena_link;
    uint8_t outstanding; /* requests begun whose final response is not complete */
    bool opaque;
    bool closing; /* Connection: close, or HTTP/1.0 without keep-alive, on either side */
    bool bound;   /* NTLM or Negotiate: the authentication belongs to the connection */
    uint64_t heads;    /* bit i: the i-th outstanding request is a HEAD */
    uint64_t connects; /* ... a CONNECT */
    struct http1_stream request;
    struct http1_stream response;
};

/* What a write changes, to take it back when the kernel accepted less (http1_restore). */
struct http1_mark {
    struct http1_stream request;
    uint64_t heads;
    uint64_t connects;
    uint8_t outstanding;
    bool closing;
    bool bound;
};

/* The framing of slot *slot, which is taken from the arena when it is 0. Null without memory. */
struct http1 *http1_open(uint32_t *slot);

/* Gives *slot back, if it is not 0, and sets it to 0. */
void http1_forget(uint32_t *slot);

enum framing http1_sent(struct http1 *http1, const unsigned char *bytes, size_t count);
enum framing http1_received(struct http1 *http1, const unsigned char *bytes, size_t count);

void http1_save(const struct http1 *http1, struct http1_mark *mark);
void http1_restore(struct http1 *http1, const struct http1_mark *mark);

#endif
