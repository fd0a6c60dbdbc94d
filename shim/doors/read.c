/* SPDX-License-Identifier: MIT
 *
 * The doors through which bytes arrive, and their fortified twins (-D_FORTIFY_SOURCE). Each is: find
 * the connection, begin, the next function (again if a reconnect showed through), end.
 */
#include <unistd.h>

#include "base/next.h"
#include "connection/blocking.h"
#include "connection/descriptors.h"
#include "doors/incoming.h"

#define INCOMING_RESULT(connection, fd, flags, call)                                               \
    struct incoming incoming;                                                                      \
    ssize_t result;                                                                                \
    incoming_begin(&incoming, connection, fd, flags);                                              \
    do                                                                                             \
        result = call;                                                                             \
    while (incoming_again(&incoming, result));                                                     \
    incoming_leave(&incoming);                                                                     \
    if (LIKELY(incoming_ends(&incoming, flags, result)))                                           \
    return result

#define INCOMING(connection, fd, buffer, bytes, flags, call)                                       \
    INCOMING_RESULT(connection, fd, flags, call);                                                  \
    return incoming_end_buffer(&incoming, buffer, bytes, flags, result)

/* As in write.c the tracked halves stand apart from the doors. */

static NOINLINE ssize_t read_followed(int fd, void *buffer, size_t bytes,
                                      struct connection *connection)
{
    INCOMING(connection, fd, buffer, bytes, 0, next.read(fd, buffer, bytes));
}

static NOINLINE ssize_t read_ended(struct incoming_call *call, ssize_t result)
{
    if (incoming_call_again(call, result))
        return read_followed(call->fd, call->buffer, call->room, call->connection);
    return incoming_call_end(call, result);
}

static NOINLINE BUSY ssize_t read_body(int fd, void *buffer, size_t bytes,
                                       struct connection *connection, uint64_t left)
{
    INCOMING_BODY(connection, fd, buffer, bytes, 0, left,
                  direct_read(direct_is_alone(), fd, buffer, bytes), read_ended);
}

static NOINLINE BUSY ssize_t read_tracked(int fd, void *buffer, size_t bytes,
                                          struct connection *connection)
{
    uint64_t left = incoming_left(connection);
    if (left)
        return read_body(fd, buffer, bytes, connection, left);
    if (UNLIKELY(!incoming_is_awaited(connection)))
        return read_followed(fd, buffer, bytes, connection);
    INCOMING_AWAITED(connection, fd, buffer, bytes, 0,
                     direct_read_awaited(blocking_lets_through(connection), fd, buffer, bytes),
                     read_ended);
}

EXPORTED BUSY ssize_t read(int fd, void *buffer, size_t bytes)
{
    struct connection *connection = descriptor_connection(fd);
    if (LIKELY(!connection))
        return next.read(fd, buffer, bytes);
    return read_tracked(fd, buffer, bytes, connection);
}

static NOINLINE ssize_t read_chk_tracked(int fd, void *buffer, size_t bytes, size_t room,
                                         struct connection *connection)
{
    INCOMING(connection, fd, buffer, bytes, 0, next.__read_chk(fd, buffer, bytes, room));
}

EXPORTED ssize_t __read_chk(int fd, void *buffer, size_t bytes, size_t room)
{
    struct connection *connection = descriptor_connection(fd);
    if (LIKELY(!connection))
        return next.__read_chk(fd, buffer, bytes, room);
    return read_chk_tracked(fd, buffer, bytes, room, connection);
}

static NOINLINE ssize_t readv_tracked(int fd, const struct iovec *parts, int count,
                                      struct connection *connection)
{
    INCOMING_RESULT(connection, fd, 0, next.readv(fd, parts, count));
    return incoming_end_parts(&incoming, parts, (size_t)count, 0, result);
}

EXPORTED ssize_t readv(int fd, const struct iovec *parts, int count)
{
    struct connection *connection = descriptor_connection(fd);
    if (LIKELY(!connection) || count < 1 || connection_lets_be_received(connection))
        return next.readv(fd, parts, count);
    return readv_tracked(fd, parts, count, connection);
}

static NOINLINE ssize_t recv_followed(int fd, void *buffer, size_t bytes, int flags,
                                      struct connection *connection)
{
    INCOMING(connection, fd, buffer, bytes, flags, next.recv(fd, buffer, bytes, flags));
}

static NOINLINE ssize_t recv_ended(struct incoming_call *call, ssize_t result)
{
    if (incoming_call_again(call, result))
        return recv_followed(call->fd, call->buffer, call->room, call->flags, call->connection);
    return incoming_call_end(call, result);
}

static NOINLINE BUSY ssize_t recv_body(int fd, void *buffer, size_t bytes, int flags,
                                       struct connection *connection, uint64_t left)
{
    INCOMING_BODY(connection, fd, buffer, bytes, flags, left,
                  direct_recv(direct_is_alone(), fd, buffer, bytes, flags), recv_ended);
}

static NOINLINE BUSY ssize_t recv_tracked(int fd, void *buffer, size_t bytes, int flags,
                                          struct connection *connection)
{
    if (UNLIKELY(flags & INCOMING_ODD))
        return recv_followed(fd, buffer, bytes, flags, connection);
    uint64_t left = incoming_left(connection);
    if (left)
        return recv_body(fd, buffer, bytes, flags, connection, left);
    if (UNLIKELY(!incoming_is_awaited(connection)))
        return recv_followed(fd, buffer, bytes, flags, connection);
    INCOMING_AWAITED(connection, fd, buffer, bytes, flags,
                     direct_recv_awaited(blocking_lets_through(connection), fd, buffer, bytes,
                                         flags),
                     recv_ended);
}

EXPORTED BUSY ssize_t recv(int fd, void *buffer, size_t bytes, int flags)
{
    struct connection *connection = descriptor_connection(fd);
    if (LIKELY(!connection))
        return next.recv(fd, buffer, bytes, flags);
    return recv_tracked(fd, buffer, bytes, flags, connection);
}

static NOINLINE ssize_t recv_chk_tracked(int fd, void *buffer, size_t bytes, size_t room, int flags,
                                         struct connection *connection)
{
    INCOMING(connection, fd, buffer, bytes, flags, next.__recv_chk(fd, buffer, bytes, room, flags));
}

EXPORTED ssize_t __recv_chk(int fd, void *buffer, size_t bytes, size_t room, int flags)
{
    struct connection *connection = descriptor_connection(fd);
    if (LIKELY(!connection))
        return next.__recv_chk(fd, buffer, bytes, room, flags);
    return recv_chk_tracked(fd, buffer, bytes, room, flags, connection);
}

static NOINLINE ssize_t recvfrom_tracked(int fd, void *buffer, size_t bytes, int flags,
                                         struct sockaddr *address, socklen_t *length,
                                         struct connection *connection)
{
    INCOMING(connection, fd, buffer, bytes, flags,
             next.recvfrom(fd, buffer, bytes, flags, address, length));
}

EXPORTED ssize_t recvfrom(int fd, void *buffer, size_t bytes, int flags, struct sockaddr *address,
                          socklen_t *length)
{
    struct connection *connection = descriptor_connection(fd);
    if (LIKELY(!connection))
        return next.recvfrom(fd, buffer, bytes, flags, address, length);
    return recvfrom_tracked(fd, buffer, bytes, flags, address, length, connection);
}

static NOINLINE ssize_t recvfrom_chk_tracked(int fd, void *buffer, size_t bytes, size_t room,
                                             int flags, struct sockaddr *address, socklen_t *length,
                                             struct connection *connection)
{
    INCOMING(connection, fd, buffer, bytes, flags,
             next.__recvfrom_chk(fd, buffer, bytes, room, flags, address, length));
}

EXPORTED ssize_t __recvfrom_chk(int fd, void *buffer, size_t bytes, size_t room, int flags,
                                struct sockaddr *address, socklen_t *length)
{
    struct connection *connection = descriptor_connection(fd);
    if (LIKELY(!connection))
        return next.__recvfrom_chk(fd, buffer, bytes, room, flags, address, length);
    return recvfrom_chk_tracked(fd, buffer, bytes, room, flags, address, length, connection);
}

static NOINLINE ssize_t recvmsg_tracked(int fd, struct msghdr *message, int flags,
                                        struct connection *connection)
{
    INCOMING_RESULT(connection, fd, flags, next.recvmsg(fd, message, flags));
    if (result < 0) /* the kernel may have refused the very pointer */
        return result;
    return incoming_end_parts(&incoming, message->msg_iov, message->msg_iovlen, flags, result);
}

EXPORTED ssize_t recvmsg(int fd, struct msghdr *message, int flags)
{
    struct connection *connection = descriptor_connection(fd);
    if (LIKELY(!connection) || connection_lets_be_received(connection))
        return next.recvmsg(fd, message, flags);
    return recvmsg_tracked(fd, message, flags, connection);
}

/* One message at a time reaches the framing; the call itself stays one, for its timeout's sake. */
static void follow_messages(const struct incoming *incoming, const struct mmsghdr *messages,
                            int count, int flags)
{
    for (int i = 0; i < count; i++)
        (void)incoming_end(incoming, messages[i].msg_hdr.msg_iov, messages[i].msg_hdr.msg_iovlen,
                           flags, messages[i].msg_len);
}

EXPORTED int recvmmsg(int fd, struct mmsghdr *messages, unsigned count, int flags,
                      struct timespec *wait)
{
    struct connection *connection = descriptor_connection(fd);
    struct incoming incoming;
    if (LIKELY(!connection))
        return next.recvmmsg(fd, messages, count, flags, wait);
    incoming_begin(&incoming, connection, fd, flags);
    int received = next.recvmmsg(fd, messages, count, flags, wait);
    incoming_leave(&incoming);
    follow_messages(&incoming, messages, received, flags);
    return received;
}
