/* SPDX-License-Identifier: MIT
 *
 * The doors through which bytes go by without passing through the program's memory: they may begin
 * an exchange, but the framing cannot look at them.
 */
#include <sys/sendfile.h>

#include "base/next.h"
#include "connection/descriptors.h"
#include "doors/outgoing.h"

#define OUTGOING_UNSEEN(connection, fd, call)                                                      \
    struct outgoing outgoing;                                                                      \
    if (!outgoing_begin(&outgoing, connection, fd, &(struct outgoing_source){0}))                  \
        return -1;                                                                                 \
    return outgoing_end_unseen(&outgoing, call)

EXPORTED ssize_t sendfile(int to, int from, off_t *offset, size_t bytes)
{
    struct connection *connection = descriptor_connection(to);
    if (LIKELY(!connection))
        return next.sendfile(to, from, offset, bytes);
    OUTGOING_UNSEEN(connection, to, next.sendfile(to, from, offset, bytes));
}

EXPORTED ssize_t sendfile64(int to, int from, off64_t *offset, size_t bytes)
{
    struct connection *connection = descriptor_connection(to);
    if (LIKELY(!connection))
        return next.sendfile64(to, from, offset, bytes);
    OUTGOING_UNSEEN(connection, to, next.sendfile64(to, from, offset, bytes));
}

static ssize_t splice_in(struct connection *connection, int from, off64_t *from_offset, int to,
                         off64_t *to_offset, size_t bytes, unsigned flags)
{
    ssize_t moved = next.splice(from, from_offset, to, to_offset, bytes, flags);
    if (moved > 0)
        exchange_unseen_received(connection, (size_t)moved);
    return moved;
}

EXPORTED ssize_t splice(int from, off64_t *from_offset, int to, off64_t *to_offset, size_t bytes,
                        unsigned flags)
{
    struct connection *source = descriptor_connection(from);
    struct connection *target = descriptor_connection(to);
    if (UNLIKELY(source != NULL))
        return splice_in(source, from, from_offset, to, to_offset, bytes, flags);
    if (LIKELY(!target))
        return next.splice(from, from_offset, to, to_offset, bytes, flags);
    OUTGOING_UNSEEN(target, to, next.splice(from, from_offset, to, to_offset, bytes, flags));
}
