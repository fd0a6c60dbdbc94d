/* SPDX-License-Identifier: MIT
 *
 * The doors through which bytes leave. Each is: find the connection, begin, the next function, end.
 * Async-signal-safe, as the functions themselves are.
 */
#include <unistd.h>

#include "base/next.h"
#include "connection/blocking.h"
#include "connection/descriptors.h"
#include "doors/outgoing.h"

/* One write of what `source` describes to a tracked descriptor, done by `call`. */
#define OUTGOING(connection, fd, source, call)                                                     \
    struct outgoing outgoing;                                                                      \
    if (!outgoing_begin(&outgoing, connection, fd, source))                                        \
        return -1;                                                                                 \
    return outgoing_end(&outgoing, source, call)

/* The tracked half of each door takes the same arguments in the same places, so the door jumps to it
 * and an untracked descriptor pays for none of its registers. A write inside a body, the same once
 * more, does not pay for the frame of one that is followed. */

static NOINLINE ssize_t write_followed(int fd, const void *buffer, size_t bytes,
                                       struct connection *connection)
{
    struct outgoing_source source = {.buffer = buffer, .count = bytes};
    OUTGOING_GOING_ON(connection, buffer,
                      direct_write(blocking_lets_through(connection), fd, buffer, bytes));
    OUTGOING(connection, fd, &source, next.write(fd, buffer, bytes));
}

/* OpenSSL writes its ciphertext by this door alone. */
static NOINLINE BUSY ssize_t write_secured(int fd, const void *buffer, size_t bytes,
                                           struct connection *connection)
{
    OUTGOING_CIPHERTEXT(connection, direct_write(blocking_lets_opening_through(connection, fd), fd,
                                                 buffer, bytes));
    return write_followed(fd, buffer, bytes, connection);
}

INLINE ssize_t write_further(int fd, const void *buffer, size_t bytes,
                             struct connection *connection)
{
    return UNLIKELY(outgoing_is_secured(connection))
               ? write_secured(fd, buffer, bytes, connection)
               : write_followed(fd, buffer, bytes, connection);
}

static NOINLINE BUSY ssize_t write_opening(int fd, const void *buffer, size_t bytes,
                                           struct connection *connection)
{
    OUTGOING_OPENING(connection, fd, buffer,
                     direct_write(blocking_lets_opening_through(connection, fd), fd, buffer, bytes),
                     write_further(fd, buffer, bytes, connection));
}

static NOINLINE BUSY ssize_t write_tracked(int fd, const void *buffer, size_t bytes,
                                           struct connection *connection)
{
    OUTGOING_SKIM(connection, bytes, direct_write(direct_is_alone(), fd, buffer, bytes));
    return write_opening(fd, buffer, bytes, connection);
}

EXPORTED BUSY ssize_t write(int fd, const void *buffer, size_t bytes)
{
    struct connection *connection = descriptor_connection(fd);
    if (LIKELY(!connection))
        return next.write(fd, buffer, bytes);
    return write_tracked(fd, buffer, bytes, connection);
}

static NOINLINE ssize_t writev_followed(int fd, const struct iovec *parts, int count,
                                        struct connection *connection)
{
    struct outgoing_source source = {.parts = parts, .count = (size_t)count};
    OUTGOING(connection, fd, &source, next.writev(fd, parts, count));
}

static NOINLINE ssize_t writev_tracked(int fd, const struct iovec *parts, int count,
                                       struct connection *connection)
{
    struct outgoing_source source = {.parts = parts, .count = (size_t)count};
    OUTGOING_OPENING_PARTS(connection, fd, &source, next.writev(fd, parts, count),
                           writev_followed(fd, parts, count, connection));
}

EXPORTED ssize_t writev(int fd, const struct iovec *parts, int count)
{
    struct connection *connection = descriptor_connection(fd);
    if (LIKELY(!connection) || count < 1 || connection_lets_be_sent(connection))
        return next.writev(fd, parts, count);
    return writev_tracked(fd, parts, count, connection);
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

static NOINLINE ssize_t send_followed(int fd, const void *buffer, size_t bytes, int flags,
                                      struct connection *connection)
{
    if (UNLIKELY(flags & MSG_OOB))
        return send_urgent(connection, fd, buffer, bytes, flags);
    struct outgoing_source source = {.buffer = buffer, .count = bytes};
    OUTGOING_GOING_ON(connection, buffer,
                      direct_send(blocking_lets_through(connection), fd, buffer, bytes, flags));
    OUTGOING(connection, fd, &source, next.send(fd, buffer, bytes, flags));
}

static NOINLINE BUSY ssize_t send_opening(int fd, const void *buffer, size_t bytes, int flags,
                                          struct connection *connection)
{
    OUTGOING_OPENING(connection, fd, buffer,
                     direct_send(blocking_lets_opening_through(connection, fd), fd, buffer, bytes,
                                 flags),
                     send_followed(fd, buffer, bytes, flags, connection));
}

static NOINLINE BUSY ssize_t send_tracked(int fd, const void *buffer, size_t bytes, int flags,
                                          struct connection *connection)
{
    if (UNLIKELY(flags & MSG_OOB))
        return send_followed(fd, buffer, bytes, flags, connection);
    OUTGOING_SKIM(connection, bytes, direct_send(direct_is_alone(), fd, buffer, bytes, flags));
    return send_opening(fd, buffer, bytes, flags, connection);
}

EXPORTED BUSY ssize_t send(int fd, const void *buffer, size_t bytes, int flags)
{
    struct connection *connection = descriptor_connection(fd);
    if (LIKELY(!connection))
        return next.send(fd, buffer, bytes, flags);
    return send_tracked(fd, buffer, bytes, flags, connection);
}

/* The address of a connected TCP socket's sendto() is not looked at by the kernel. */
static NOINLINE ssize_t sendto_followed(int fd, const void *buffer, size_t bytes, int flags,
                                        const struct sockaddr *address, socklen_t length,
                                        struct connection *connection)
{
    if (UNLIKELY(flags & MSG_OOB))
        return send_urgent(connection, fd, buffer, bytes, flags);
    struct outgoing_source source = {.buffer = buffer, .count = bytes};
    OUTGOING(connection, fd, &source, next.sendto(fd, buffer, bytes, flags, address, length));
}

static NOINLINE ssize_t sendto_tracked(int fd, const void *buffer, size_t bytes, int flags,
                                       const struct sockaddr *address, socklen_t length,
                                       struct connection *connection)
{
    if (UNLIKELY(flags & MSG_OOB))
        return sendto_followed(fd, buffer, bytes, flags, address, length, connection);
    OUTGOING_SKIM(connection, bytes, next.sendto(fd, buffer, bytes, flags, address, length));
    OUTGOING_OPENING(connection, fd, buffer, next.sendto(fd, buffer, bytes, flags, address, length),
                     sendto_followed(fd, buffer, bytes, flags, address, length, connection));
}

EXPORTED ssize_t sendto(int fd, const void *buffer, size_t bytes, int flags,
                        const struct sockaddr *address, socklen_t length)
{
    struct connection *connection = descriptor_connection(fd);
    if (LIKELY(!connection))
        return next.sendto(fd, buffer, bytes, flags, address, length);
    return sendto_tracked(fd, buffer, bytes, flags, address, length, connection);
}
