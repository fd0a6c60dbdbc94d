/* SPDX-License-Identifier: MIT
 *
 * The doors through which a connection comes into being. A descriptor is tracked from its first
 * successful connect() to an internet address on; accepted sockets, listeners, UDP and UNIX sockets
 * never are.
 */
#include <errno.h>

#include "base/next.h"
#include "base/process.h"
#include "connection/descriptors.h"
#include "connection/options.h"
#include "connection/watch.h"
#include "doors/start.h"
#include "peer/limit.h"

static bool is_tcp(int domain, int type, int protocol)
{
    return (domain == AF_INET || domain == AF_INET6) &&
           (type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC)) == SOCK_STREAM &&
           (protocol == 0 || protocol == IPPROTO_TCP);
}

EXPORTED int socket(int domain, int type, int protocol)
{
    if (!shim_active)
        return next.socket(domain, type, protocol);
    int fd = next.socket(domain, type, protocol);
    if (fd < 0 || !process_owns_memory())
        return fd;
    if (UNLIKELY(descriptor_connection(fd) != NULL)) /* closed without our seeing it */
        descriptor_clear(fd);
    descriptor_note_tcp(fd, is_tcp(domain, type, protocol));
    watch_forget(fd);
    return fd;
}

/* A second connect() to the same peer asks how the first one is doing (hiredis, libevent). */
static bool is_known(int fd, const struct address *peer)
{
    const struct connection *connection = descriptor_connection(fd);
    return connection && address_equal(&connection->address, peer) &&
           connection_phase(connection) == PHASE_FRESH;
}

static COLD void track(int fd, const struct sockaddr *address, socklen_t length)
{
    struct address peer;
    if (!address_from_socket(address, length, &peer)) {
        descriptor_clear(fd); /* AF_UNSPEC: the program has disconnected it */
        return;
    }
    if (is_known(fd, &peer))
        return;
    name_reference name;
    struct peer_policy policy = peer_policy_now(&peer, &name);
    struct connection *connection = NULL;
    if (settings.observe && policy.action != ACTION_OFF)
        policy.action = ACTION_OBSERVE;
    if (policy.action != ACTION_OFF && descriptor_is_tcp(fd))
        connection = connection_new(fd, &peer, &policy, name);
    if (!connection)
        descriptor_clear(fd);
    else if (!descriptor_set(fd, connection))
        connection_release(connection);
    else
        watch_connected(fd);
    if (connection && policy.action != ACTION_OBSERVE) {
        struct peer_extras extras = peer_extras_for(&peer, name);
        options_apply(fd, &extras);
    }
}

/* To the kernel a connection that we renewed is one whose connect() was never asked for its end, so
 * the program's next connect() to the same peer gets 0 once, where it is owed EISCONN. */
static bool is_renewed(int fd, const struct sockaddr *address, socklen_t length)
{
    struct address peer;
    const struct connection *connection = descriptor_connection(fd);
    return connection && atomic_load(&connection->generation) &&
           address_from_socket(address, length, &peer) &&
           address_equal(&connection->address, &peer);
}

static NOINLINE int connect_and_track(int fd, const struct sockaddr *address, socklen_t length)
{
    int result = next.connect(fd, address, length);
    int saved = errno;
    if (UNLIKELY(result == 0 && is_renewed(fd, address, length))) {
        errno = EISCONN;
        return -1;
    }
    bool started = result == 0 || saved == EINPROGRESS || saved == EINTR;
    if (started && process_owns_memory())
        track(fd, address, length);
    errno = saved;
    return result;
}

EXPORTED int connect(int fd, const struct sockaddr *address, socklen_t length)
{
    if (!shim_active)
        return next.connect(fd, address, length);
    return connect_and_track(fd, address, length);
}
