/* SPDX-License-Identifier: MIT
 *
 * See plain.h.
 */
#include "connection/plain.h"

#include "connection/http1_scan.h"

/* Takes what there is of a body. A piece that goes beyond its end holds another message. */
static bool take_body(uint64_t *left, size_t count)
{
    if (count > *left)
        return false;
    *left -= count;
    return true;
}

/* Takes a head and what there is of its body. */
static bool take_message(uint64_t *left, const struct http1_head *head, size_t count)
{
    *left = head->body_bytes;
    return take_body(left, count - head->head_bytes);
}

bool plain_http1_sent(struct plain *plain, struct plain_left *left, const unsigned char *bytes,
                      size_t count)
{
    struct http1_head head;
    uint64_t body;
    if (left->out)
        return take_body(&left->out, count);
    if (plain->outstanding || !http1_scan_request(bytes, count, &head) ||
        !take_message(&body, &head, count))
        return false;
    left->out = body;
    plain->outstanding = 1;
    plain->to_head = head.is_head;
    plain->closing |= head.closes;
    return true;
}

bool plain_http1_received(struct plain *plain, struct plain_left *left, const unsigned char *bytes,
                          size_t count)
{
    struct http1_head head;
    uint64_t body;
    if (left->in) {
        if (!take_body(&left->in, count))
            return false;
    } else {
        if (!plain->outstanding || !http1_scan_response(bytes, count, plain->to_head, &head) ||
            !take_message(&body, &head, count))
            return false;
        left->in = body;
        plain->closing |= head.closes;
        plain->hint_s = head.hint_s;
    }
    if (!left->in)
        plain->outstanding = 0;
    return true;
}
