/* SPDX-License-Identifier: MIT
 *
 * Where a message of Redis's protocol (RESP2 and RESP3) ends. Pure.
 * https://redis.io/docs/latest/develop/reference/protocol-spec/
 */
#ifndef UNSTALE_CONNECTION_RESP_H
#define UNSTALE_CONNECTION_RESP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RESP_NESTING_MOST = 16 };

enum resp_state {
    RESP_AT_TYPE, /* between two elements, or between two messages */
    RESP_IN_NUMBER,
    RESP_NUMBER_END,
    RESP_IN_LINE,
    RESP_LINE_END,
    RESP_IN_BULK
};

/* One direction: commands and replies are written alike. */
struct resp {
    uint8_t state; /* enum resp_state, of the byte that comes next */
    uint8_t type;  /* of the element at hand */
    bool negative; /* its number has a minus */
    bool any_digit;
    bool bad;        /* this is no RESP, or nothing that can be followed */
    uint8_t depth;   /* arrays that are open */
    uint64_t number; /* its count or length, so far */
    uint64_t skip;   /* bytes of a bulk string still to come, its line end included */
    uint32_t left[RESP_NESTING_MOST]; /* elements still to come of each open array */
};

/* True between two messages. */
static inline bool resp_is_between(const struct resp *resp)
{
    return resp->state == RESP_AT_TYPE && !resp->depth;
}

/* One byte outside a bulk string. True when it ends a message. */
bool resp_step(struct resp *resp, unsigned char byte);

/* A bulk string is complete (`skip` is 0). True when that ends a message. */
bool resp_ends_bulk(struct resp *resp);

#endif
