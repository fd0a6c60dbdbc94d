/* SPDX-License-Identifier: MIT
 *
 * The doors through which bytes leave. Each is: find the connection, begin, the next function, end.
 * Async-signal-safe, as the functions themselves are.
 */
#include <string.h>
#include <unistd.h>

#include "base/next.h"
#include "connection/descriptors.h"
#include "doors/outgoing.h"

/* One write of what `source` describes to a tracked descriptor, done by `call`. */
#define OUTGOING(connection, fd, source, call)                                                     \
    struct outgoing outgoing;                                                                      \
    if (!outgoing_begin(&outgoing, connection, fd, source))                                        \
        return -1;                                                                                 \
    return outgoing_end(&outgoing, source, call)

EXPORTED ssize_t write(int fd, const void *buffer, size_t bytes)
{
    struct connection *connection = descriptor_connection(fd);
    if (LIKELY(!connection))
        return next.write(fd, buffer, bytes);
    struct outgoing_source source = {.buffer = buffer, .count = bytes};
    OUTGOING(connection, fd, &source, next.write(fd, buffer, bytes));
}

EXPORTED ssize_t writev(int fd, const struct iovec *parts, int count)
{
    struct connection *connection = descriptor_connection(fd);
    if (LIKELY(!connection) || count < 1)
        return next.writev(fd, parts, count);
    struct outgoing_source source = {.parts = parts, .count = (size_t)count};
    OUTGOING(connection, fd, &source, next.writev(fd, parts, count));
}

/* Out-of-band data is not part of the stream that the framing follows. */
static ssize_t send_urgent(struct connection *connection, int fd, const void *buffer, size_t bytes,
                           int flags)
{
    struct outgoing outgoing;
    if (!outgoing_begin(&outgoing, connection, fd, &(struct outgoing_source){0}))
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
    struct outgoing_source source = {.buffer = buffer, .count = bytes};
    OUTGOING(connection, fd, &source, next.send(fd, buffer, bytes, flags));
}

EXPORTED ssize_t sendto(int fd, const void *buffer, size_t bytes, int flags,
                        const struct sockaddr *address, socklen_t length)
{
    struct connection *connection = descriptor_connection(fd);
    if (LIKELY(!connection))
        return next.sendto(fd, buffer, bytes, flags, address, length);
    if (UNLIKELY(flags & MSG_OOB))
        return send_urgent(connection, fd, buffer, bytes, flags);
    struct outgoing_source source = {.buffer = buffer, .count = bytes};
    OUTGOING(connection, fd, &source, next.sendto(fd, buffer, bytes, flags, address, length));
}

/* A descriptor that went to another process (over a UNIX socket, so `fd` is not tracked). The kernel
 * has accepted the message: its pointers are good. */
static ssize_t note_passed_on(const struct msghdr *message, ssize_t result)
{
    struct msghdr copy;
    if (LIKELY(result < 0 || !message->msg_controllen || !atomic_load(&connection_any)))
        return result;
    memcpy(&copy, message, sizeof copy);
    for (struct cmsghdr *part = CMSG_FIRSTHDR(&copy); part; part = CMSG_NXTHDR(&copy, part)) {
        if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS)
            continue;
        for (size_t at = CMSG_LEN(0); at + sizeof(int) <= part->cmsg_len; at += sizeof(int)) {
            int passed;
            memcpy(&passed, (const char *)part + at, sizeof passed);
            struct connection *connection = descriptor_connection(passed);
            if (connection)
                atomic_store(&connection->passed_on, 1);
        }
    }
    return result;
}

EXPORTED ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
    struct connection *connection = descriptor_connection(fd);
    if (LIKELY(!connection))
        return note_passed_on(message, next.sendmsg(fd, message, flags));
    struct outgoing_source source = {.message = message};
    OUTGOING(connection, fd, &source, next.sendmsg(fd, message, flags));
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
    if (UNLIKELY(descriptor_connection(fd) != NULL))
        return send_one_by_one(fd, messages, count, flags);
    int sent = next.sendmmsg(fd, messages, count, flags);
    for (int i = 0; i < sent; i++)
        (void)note_passed_on(&messages[i].msg_hdr, 0);
    return sent;
}
