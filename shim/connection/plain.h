/* SPDX-License-Identifier: MIT
 *
 * Follows exchanges of the plain kind without a parser and its memory: whole HTTP/1 heads in one
 * piece each way with bodies of known length (plain_http1.c). Almost all are. What is not plain is
 * declined, and the parser takes over from where things stand (http1_resume). Pure.
 */
#ifndef UNSTALE_CONNECTION_PLAIN_H
#define UNSTALE_CONNECTION_PLAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "connection/framing.h"

/* Kept in the connection. Zero: nothing outstanding. */
struct plain {
    uint32_t outstanding; /* requests begun whose response is not complete; HTTP/1: 0 or 1 */
    bool to_head;         /* HTTP/1: that is a HEAD */
    bool closing;         /* one side said Connection: close */
    union {
        uint32_t hint_s; /* HTTP/1: Keep-Alive: timeout= of the last response; 0: none */
        uint32_t word;   /* Redis: the last command's name, if it has up to four letters; 0 */
    };
};

/* Bytes of the bodies that are still to come, each way. The caller keeps them. */
struct plain_left {
    uint64_t out;
    uint64_t in;
};

/* False: declined, and nothing has changed. */
bool plain_http1_sent(struct plain *plain, struct plain_left *left, const unsigned char *bytes,
                      size_t count);
bool plain_http1_received(struct plain *plain, struct plain_left *left, const unsigned char *bytes,
                          size_t count);

static inline enum framing plain_framing(const struct plain *plain, const struct plain_left *left)
{
    if (left->out)
        return FRAMING_OPEN;
    return plain->outstanding ? FRAMING_AWAIT : FRAMING_BETWEEN;
}

#endif
