/* SPDX-License-Identifier: MIT
 *
 * What a write opens with, before the kernel has seen it: so its pointers may lead anywhere.
 */
#include "base/peek.h"
#include "doors/outgoing.h"

/* The parts of the write, as far as the first one goes, read safely. */
static struct iovec peek_first_part(const struct outgoing_source *source)
{
    struct iovec part = {(void *)(uintptr_t)source->buffer, source->count};
    const struct iovec *parts = source->parts;
    if (source->message) {
        struct msghdr message;
        if (peek_memory(source->message, &message, sizeof message) != sizeof message)
            return (struct iovec){0};
        parts = message.msg_iovlen ? message.msg_iov : NULL;
        part.iov_len = 0;
    }
    if (parts && peek_memory(parts, &part, sizeof part) != sizeof part)
        return (struct iovec){0};
    return part;
}

enum opening outgoing_opening(const struct outgoing_source *source)
{
    unsigned char beginning[OPENING_MOST];
    struct iovec part = peek_first_part(source);
    size_t count = part.iov_len < sizeof beginning ? part.iov_len : sizeof beginning;
    return opening_of(beginning, peek_memory(part.iov_base, beginning, count));
}
