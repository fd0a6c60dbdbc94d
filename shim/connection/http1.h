/* SPDX-License-Identifier: MIT
 *
 * HTTP/1 framing (RFC 9112) of both directions, by llhttp: which requests are out, which responses
 * are in. Pure. The parsers point to their own struct, so it must not be moved; a copy may be put back
 * to where it was taken.
 */
#ifndef UNSTALE_CONNECTION_HTTP1_H
#define UNSTALE_CONNECTION_HTTP1_H

#include <llhttp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "connection/framing.h"
#include "connection/plain.h"

/* One direction's parser and the header that it is in. */
struct http1_stream {
    llhttp_t parser;
    uint8_t name_bytes; /* of the header name at hand; past the room: a long name, of no interest */
    uint8_t value_bytes;
    char name[20];
    char value[40];  /* the beginning, in lower case */
    bool open;       /* a message has begun and is not complete */
    bool in_body;    /* the parser's content_length counts what is left of a body or chunk */
    bool chunk_done; /* a chunk is complete, and nothing of the next one has been seen */
};

struct http1 {
    uint8_t outstanding; /* requests begun whose final response is not complete */
    bool opaque;
    bool closing;      /* Connection: close, or HTTP/1.0 without keep-alive, on either side */
    bool bound;        /* NTLM or Negotiate: the authentication belongs to the connection */
    uint32_t hint_s;   /* of the last response: Keep-Alive: timeout=; 0: none */
    uint64_t heads;    /* bit i: the i-th outstanding request is a HEAD */
    uint64_t connects; /* ... a CONNECT */
    uint64_t leaving;  /* ... one whose answer may end HTTP here: a CONNECT, or an Upgrade */
    struct http1_stream request;
    struct http1_stream response;
};

void http1_reset(struct http1 *http1);

/* Takes an exchange over from where it stands, after http1_reset(). */
void http1_resume(struct http1 *http1, const struct plain *plain, const struct plain_left *left);

enum framing http1_sent(struct http1 *http1, const unsigned char *bytes, size_t count);
enum framing http1_received(struct http1 *http1, const unsigned char *bytes, size_t count);

/* True when the client's next bytes are whole chunks: http1_sent() would change nothing. */
bool http1_sends_chunks(const struct http1 *http1, const unsigned char *bytes, size_t count);

/* How many bytes of a body are left in one direction, at least: as long as it is not used up, what
 * they are makes no difference, and they need not be fed but may be skipped. */
uint64_t http1_left(const struct http1 *http1, bool inbound);
void http1_skip(struct http1 *http1, bool inbound, uint64_t count);

#endif
