/* SPDX-License-Identifier: MIT
 *
 * The doors through which bytes leave. Each is: find the connection, begin, the next function, end.
 * Async-signal-safe, as the functions themselves are.
 */
#include <unistd.h>

#include "base/next.h"
#include "connection/descriptors.h"
#include "doors/outgoing.h"

/* An iovec is not const, though nobody writes to what we look at. */
static struct iovec part_of(const void *buffer, size_t bytes)
{
    return (struct iovec){(void *)(uintptr_t)buffer, bytes};
}

/* One write of `parts` to a tracked descriptor, done by `call`. */
#define OUTGOING(connection, fd, parts, count, call)                                               \
    struct outgoing outgoing;                                                                      \
    if (!outgoing_begin(&outgoing, connection, fd, parts, count))                                  \
        return -1;                                                                                 \
    return outgoing_end(&outgoing, call)

EXPORTED ssize_t write(int fd, const void *buffer, size_t bytes)
{
    struct connection *connection = descriptor_connection(fd);
    if (LIKELY(!connection))
        return next.write(fd, buffer, bytes);
    struct iovec part = part_of(buffer, bytes);
    OUTGOING(connection, fd, &part, 1, next.write(fd, buffer, bytes));
}

EXPORTED ssize_t writev(int fd, const struct iovec *parts, int count)
{
    struct connection *connection = descriptor_connection(fd);
    if (LIKELY(!connection) || count < 1)
        return next.writev(fd, parts, count);
    OUTGOING(connection, fd, parts, (size_t)count, next.writev(fd, parts, count));
}

/* Out-of-band data is not part of the stream that the framing follows. */
static ssize_t send_urgent(struct connection *connection, int fd, const void *buffer, size_t bytes,
                           int flags)
{
    struct outgoing outgoing;
    if (!outgoing_begin(&outgoing, connection, fd, NULL, 0))
        return -1;
    return outgoing_end_unseen(&outgoing, next.send(fd, buffer, bytes, flags));
}

EXPORTED ssize_t send(int fd, const void *buffer, size_t bytes, int flags)
{
    struct connection *connection = descriptor_connection(fd);
    if (LIKELY(!connection))
        return next.send(fd, buffer, bytes, flags);
    if (UNLIKELY(flags & MSG_OOB))
        return send_urgent(connection, fd, buffer, bytes, flags);
    struct iovec part = part_of(buffer, bytes);
    OUTGOING(connection, fd, &part, 1, next.send(fd, buffer, bytes, flags));
}

EXPORTED ssize_t sendto(int fd, const void *buffer, size_t bytes, int flags,
                        const struct sockaddr *address, socklen_t length)
{
    struct connection *connection = descriptor_connection(fd);
    if (LIKELY(!connection))
        return next.sendto(fd, buffer, bytes, flags, address, length);
    if (UNLIKELY(flags & MSG_OOB))
        return send_urgent(connection, fd, buffer, bytes, flags);
    struct iovec part = part_of(buffer, bytes);
    OUTGOING(connection, fd, &part, 1, next.sendto(fd, buffer, bytes, flags, address, length));
}

EXPORTED ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
    struct connection *connection = descriptor_connection(fd);
    if (LIKELY(!connection) || !message->msg_iovlen)
        return next.sendmsg(fd, message, flags);
    OUTGOING(connection, fd, message->msg_iov, message->msg_iovlen,
             next.sendmsg(fd, message, flags));
}

/* The kernel sends the messages one by one as well (__sys_sendmmsg in net/socket.c), and tells of an
 * error only when none went out. */
static int send_one_by_one(int fd, struct mmsghdr *messages, unsigned count, int flags)
{
    unsigned sent = 0;
    for (; sent < count; sent++) {
        ssize_t bytes = sendmsg(fd, &messages[sent].msg_hdr, flags);
        if (bytes < 0)
            break;
        messages[sent].msg_len = (unsigned)bytes;
    }
    return sent || !count ? (int)sent : -1;
}

EXPORTED int sendmmsg(int fd, struct mmsghdr *messages, unsigned count, int flags)
{
    if (LIKELY(!descriptor_connection(fd)))
        return next.sendmmsg(fd, messages, count, flags);
    return send_one_by_one(fd, messages, count, flags);
}
