/* SPDX-License-Identifier: MIT
 *
 * See session.h. All of it in system calls of our own, with signals blocked and the phase held, so that
 * no door lets another thread read or write meanwhile.
 */
#include "repair/session.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "base/clock.h"
#include "base/sys.h"
#include "connection/redis.h"
#include "connection/vault.h"
#include "repair/await.h"

enum { PIECE_BYTES = 512 };

/* Connection, commands and replies take two round trips; the server needs time, too. */
enum { ROUND_TRIPS = 4 };

static struct redis_session *open_session(const struct connection *connection)
{
    return vault_open(atomic_load(&connection->session));
}

bool session_is_recorded(const struct connection *connection)
{
    const struct redis_session *session = open_session(connection);
    return session && session->count;
}

unsigned session_wait_ms(int fd, int flags)
{
    struct timeval limit = {0};
    uint32_t length = sizeof limit;
    if (flags & O_NONBLOCK)
        return SESSION_NONBLOCKING_WAIT_MS;
    if (sys_getsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, &length) < 0 ||
        (!limit.tv_sec && !limit.tv_usec) || limit.tv_sec > SESSION_WAIT_MS / 1000)
        return SESSION_WAIT_MS;
    unsigned wait_ms = (unsigned)(limit.tv_sec * 1000 + limit.tv_usec / 1000);
    return wait_ms < SESSION_WAIT_MS ? wait_ms : SESSION_WAIT_MS;
}

static bool is_near_enough(int fd, const struct kernel_view *view)
{
    int flags = sys_fcntl(fd, F_GETFL, 0);
    uint64_t needed_us = (uint64_t)view->rtt_us * ROUND_TRIPS;
    return flags >= 0 && needed_us < session_wait_ms(fd, flags) * 1000ULL;
}

/* Another process that holds the socket may read from it, and no door would make it wait. */
static bool may_be_shared(const struct connection *connection, int fd)
{
    int flags = sys_fcntl(fd, F_GETFD, 0);
    return connection_is_shared(connection, flags >= 0 && flags & FD_CLOEXEC);
}

bool session_can_follow(const struct connection *connection, int fd, const struct kernel_view *view)
{
    const struct redis_session *session = open_session(connection);
    if (!session) /* wiped: this is a fork child, or there never was one */
        return !atomic_load(&connection->session);
    if (!session->count)
        return true;
    return !redis_session_is_unsettled(session) && !atomic_load(&connection->readers) &&
           !atomic_load(&connection->stdio) && !may_be_shared(connection, fd) &&
           is_near_enough(fd, view);
}

static bool is_connected(int fd)
{
    int error = 0;
    uint32_t length = sizeof error;
    return sys_getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) == 0 && !error;
}

/* The texts stand in one piece, and a new connection has room for them all. */
static bool send_all(int fd, const struct redis_session *session)
{
    return SYS_CALL(SYS_sendto, fd, session->text, session->used, MSG_DONTWAIT | MSG_NOSIGNAL, NULL,
                    0) == session->used;
}

/* Reads the replies, each of which must be the one that it was. Nobody else has asked for anything, so
 * what else arrives is no less wrong. */
static bool read_replies(int fd, struct redis *redis, uint64_t end_ns, uint64_t *received)
{
    unsigned char piece[PIECE_BYTES];
    enum framing framing = FRAMING_AWAIT;
    while (framing == FRAMING_AWAIT) {
        long count = SYS_CALL(SYS_recvfrom, fd, piece, sizeof piece, MSG_DONTWAIT, NULL, NULL);
        if (count > 0) {
            *received += (uint64_t)count;
            framing = redis_received(redis, piece, (size_t)count);
        } else if (count != -EAGAIN || !await_socket(fd, POLLIN, end_ns)) {
            return false;
        }
    }
    return framing == FRAMING_BETWEEN;
}

bool session_repeat(struct connection *connection, int fd, unsigned wait_ms,
                    struct session_traffic *traffic)
{
    struct redis redis;
    struct redis_session *session = open_session(connection);
    uint64_t end_ns = clock_exact_ns() + wait_ms * 1000000ULL;
    if (!session || !await_socket(fd, POLLOUT, end_ns) || !is_connected(fd) ||
        !send_all(fd, session))
        return false;
    redis_repeat(&redis, session);
    traffic->sent_bytes = session->used;
    return read_replies(fd, &redis, end_ns, &traffic->received_bytes);
}
