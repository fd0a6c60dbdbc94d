/* SPDX-License-Identifier: MIT
 *
 * Random HTTP/1 conversations, made by someone who knows where each message ends, because it puts
 * them together. This knowledge, and not another parser, is what the framing is compared with;
 * framing_reference.test.py checks in turn with h11 that it is right.
 */
#ifndef UNSTALE_TESTS_UNIT_CONVERSATION_H
#define UNSTALE_TESTS_UNIT_CONVERSATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { EXCHANGES_MOST = 6, STREAM_MOST = 16384 };

/* One direction's bytes. */
struct half {
    unsigned char bytes[STREAM_MOST];
    size_t count;
};

/* Where the messages of one exchange stand in the two streams. */
struct exchange_marks {
    const char *method;
    size_t request_begin;    /* behind any stray line ends */
    size_t request_head_end;
    size_t request_end;
    size_t response_begin;   /* of its first interim response, if there is one */
    size_t response_head_end; /* of the final one */
    size_t response_end;     /* SIZE_MAX: when the connection closes */
    bool pipelined;          /* sent before the answer to the one before */
    bool early;              /* answered before its body is out */
    bool request_closes;
    bool response_closes;
    bool request_binds;
    bool response_binds;
    bool leaves_http;        /* a 101 or an open tunnel: opaque from response_head_end on */
};

struct conversation {
    struct half out;
    struct half in;
    struct exchange_marks exchanges[EXCHANGES_MOST];
    unsigned count;
};

/* `sloppy` also uses forms that llhttp takes and stricter readers refuse. */
void conversation_make(struct conversation *conversation, uint64_t seed, bool sloppy);

/* A number from 0 to below - 1. */
uint32_t random_below(uint64_t *seed, uint32_t below);

#endif
