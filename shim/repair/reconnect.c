/* SPDX-License-Identifier: MIT
 *
 * See reconnect.h. Five system calls, and two F_SETFL for a blocking socket: F_GETFL, the question
 * whether connect() is allowed, shutdown, connect(AF_UNSPEC), connect. shutdown(SHUT_WR) lets the server see a FIN before the disconnect
 * sends its RST (tcp_disconnect in net/ipv4/tcp.c resets a connection that is not closed).
 */
#include "repair/reconnect.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>

#include "base/sys.h"
#include "repair/repair.h"

_Atomic uint32_t repair_reconnects_begun;
_Atomic uint32_t repair_reconnects_ended;

/* A program may have given up connect() with a security filter once it was connected; then the
 * connection must not be taken down. An address of no length is refused with EINVAL by the socket
 * itself (inet_stream_connect in net/ipv4/af_inet.c), which changes nothing. */
static bool may_connect(int fd)
{
    return sys_connect(fd, NULL, 0) == -EINVAL;
}

static int disconnect(int fd)
{
    const struct sockaddr nowhere = {.sa_family = AF_UNSPEC};
    (void)sys_shutdown(fd, SHUT_WR); /* ENOTCONN after an RST */
    return sys_connect(fd, &nowhere, sizeof nowhere);
}

static int connect_again(const struct connection *connection, int fd)
{
    struct sockaddr_storage address;
    socklen_t length = address_to_socket(&connection->address, &address);
    int result = sys_connect(fd, &address, length);
    return result == -EINPROGRESS ? 0 : result;
}

/* Other threads' reads and waits compare these, so they move before the socket does, and after. */
static void announce_begin(struct connection *connection)
{
    atomic_fetch_add(&connection->generation, 1);
    atomic_fetch_add(&repair_reconnects_begun, 1);
}

static void announce_end(struct connection *connection)
{
    atomic_fetch_add(&connection->generation, 1);
    atomic_fetch_add(&repair_reconnects_ended, 1);
}

/* With the framing's lock, so that the recorded session stays what it is. */
static enum reconnect_result reconnect_and_repeat(struct connection *connection, int fd, int flags,
                                                  struct session_traffic *traffic)
{
    unsigned wait_ms = session_wait_ms(fd, flags);
    if (!connection_try_lock(connection))
        return RECONNECT_FORBIDDEN;
    announce_begin(connection);
    (void)sys_fcntl(fd, F_SETFL, flags | O_NONBLOCK);
    bool done = disconnect(fd) == 0 && connect_again(connection, fd) == 0 &&
                session_repeat(connection, fd, wait_ms, traffic);
    if (!done)
        (void)sys_shutdown(fd, SHUT_RDWR);
    (void)sys_fcntl(fd, F_SETFL, flags);
    announce_end(connection);
    connection_unlock(connection);
    return done ? RECONNECT_REPEATED : RECONNECT_FAILED;
}

enum reconnect_result reconnect_connection(struct connection *connection, int fd,
                                           struct session_traffic *traffic)
{
    int flags = sys_fcntl(fd, F_GETFL, 0);
    /* With O_ASYNC each disconnect sends the program a signal that we could not hide. */
    if (flags < 0 || flags & O_ASYNC || !may_connect(fd))
        return RECONNECT_FORBIDDEN;
    if (session_is_recorded(connection))
        return reconnect_and_repeat(connection, fd, flags, traffic);
    bool blocking = !(flags & O_NONBLOCK);
    announce_begin(connection);
    if (blocking)
        (void)sys_fcntl(fd, F_SETFL, flags | O_NONBLOCK);
    int result = disconnect(fd);
    if (result == 0)
        result = connect_again(connection, fd);
    if (blocking)
        (void)sys_fcntl(fd, F_SETFL, flags);
    announce_end(connection);
    return result == 0 ? RECONNECT_BEGUN : RECONNECT_FAILED;
}

void reconnect_forget(void)
{
    atomic_store(&repair_reconnects_ended, atomic_load(&repair_reconnects_begun));
}
