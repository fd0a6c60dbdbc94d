/* SPDX-License-Identifier: MIT
 *
 * Every option that the program has set is still set after a reconnect, and so are the status flags,
 * the owner of signals and the descriptor's own flags. A shim that opens a new socket in the old
 * one's place loses what it does not know of. (Out of reach: TCP_WINDOW_CLAMP, which tcp_disconnect()
 * in net/ipv4/tcp.c resets; what it reads as does not tell whether the program has set it.)
 */
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>

#include "peer.h"

#define OPTION(level, name, value) {level, name, #name, value}

static const struct {
    int level, name;
    const char *called;
    int value;
} options[] = {
    OPTION(SOL_SOCKET, SO_KEEPALIVE, 1),
    OPTION(SOL_SOCKET, SO_REUSEADDR, 1),
    OPTION(SOL_SOCKET, SO_REUSEPORT, 1),
    OPTION(SOL_SOCKET, SO_OOBINLINE, 1),
    OPTION(SOL_SOCKET, SO_PRIORITY, 3),
    OPTION(SOL_SOCKET, SO_RCVBUF, 50000),
    OPTION(SOL_SOCKET, SO_SNDBUF, 60000),
    OPTION(SOL_SOCKET, SO_RCVLOWAT, 2),
    OPTION(SOL_SOCKET, SO_TIMESTAMP, 1),
    OPTION(SOL_SOCKET, SO_BUSY_POLL, 1),
    OPTION(SOL_SOCKET, SO_ZEROCOPY, 1),
    OPTION(SOL_SOCKET, SO_MARK, 7),
    OPTION(IPPROTO_IP, IP_TOS, 0x10),
    OPTION(IPPROTO_IP, IP_TTL, 33),
    OPTION(IPPROTO_IP, IP_RECVTTL, 1),
    OPTION(IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1),
    OPTION(IPPROTO_TCP, TCP_NODELAY, 1),
    OPTION(IPPROTO_TCP, TCP_KEEPIDLE, 71),
    OPTION(IPPROTO_TCP, TCP_KEEPINTVL, 13),
    OPTION(IPPROTO_TCP, TCP_KEEPCNT, 5),
    OPTION(IPPROTO_TCP, TCP_SYNCNT, 3),
    OPTION(IPPROTO_TCP, TCP_LINGER2, 9),
    OPTION(IPPROTO_TCP, TCP_USER_TIMEOUT, 12345),
    OPTION(IPPROTO_TCP, TCP_NOTSENT_LOWAT, 16384),
    OPTION(IPPROTO_TCP, TCP_THIN_LINEAR_TIMEOUTS, 1),
    OPTION(IPPROTO_TCP, TCP_INQ, 1),
};
enum { OPTIONS = sizeof options / sizeof options[0] };

struct state {
    int values[OPTIONS];
    int status_flags, own_flags, signal, nonblocking;
    struct f_owner_ex owner;
    struct linger linger;
    struct timeval receive, send;
    char congestion[16];
};

static void get(int fd, int level, int name, void *value, socklen_t length)
{
    CHECK_EQUAL(getsockopt(fd, level, name, value, &length), 0);
}

static struct state state_of(int fd)
{
    struct state state = {0};
    for (int i = 0; i < OPTIONS; i++)
        (void)getsockopt(fd, options[i].level, options[i].name, &state.values[i],
                         &(socklen_t){sizeof(int)});
    get(fd, SOL_SOCKET, SO_LINGER, &state.linger, sizeof state.linger);
    get(fd, SOL_SOCKET, SO_RCVTIMEO, &state.receive, sizeof state.receive);
    get(fd, SOL_SOCKET, SO_SNDTIMEO, &state.send, sizeof state.send);
    get(fd, IPPROTO_TCP, TCP_CONGESTION, state.congestion, sizeof state.congestion);
    state.status_flags = fcntl(fd, F_GETFL);
    state.own_flags = fcntl(fd, F_GETFD);
    state.signal = fcntl(fd, F_GETSIG);
    CHECK_EQUAL(fcntl(fd, F_GETOWN_EX, &state.owner), 0);
    return state;
}

/* Options that this kernel or this user may not set stay what they are, and are compared all the same. */
static void set_all(int fd)
{
    struct linger linger = {1, 0};
    struct timeval receive = {7, 8000}, send = {9, 12000};
    struct f_owner_ex owner = {F_OWNER_PID, getpid()};
    for (int i = 0; i < OPTIONS; i++)
        (void)setsockopt(fd, options[i].level, options[i].name, &options[i].value, sizeof(int));
    CHECK_EQUAL(setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger), 0);
    CHECK_EQUAL(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &receive, sizeof receive), 0);
    CHECK_EQUAL(setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &send, sizeof send), 0);
    CHECK_EQUAL(setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, "reno", 5), 0);
    CHECK_EQUAL(fcntl(fd, F_SETFD, FD_CLOEXEC), 0);
    CHECK_EQUAL(fcntl(fd, F_SETOWN_EX, &owner), 0);
    CHECK_EQUAL(fcntl(fd, F_SETSIG, 40), 0);
}

static void compare(const struct state *before, const struct state *after)
{
    for (int i = 0; i < OPTIONS; i++)
        if (before->values[i] != after->values[i])
            trap_fail(__FILE__, __LINE__, "%s was %d, is %d", options[i].called,
                      before->values[i], after->values[i]);
    CHECK(!memcmp(&before->linger, &after->linger, sizeof before->linger));
    CHECK(!memcmp(&before->receive, &after->receive, sizeof before->receive));
    CHECK(!memcmp(&before->send, &after->send, sizeof before->send));
    CHECK(!memcmp(&before->owner, &after->owner, sizeof before->owner));
    CHECK(!strcmp(before->congestion, after->congestion));
    CHECK_EQUAL(after->status_flags, before->status_flags);
    CHECK_EQUAL(after->own_flags, before->own_flags);
    CHECK_EQUAL(after->signal, before->signal);
}

static void keeps_all(struct peer *peer, int flags)
{
    int fd = peer_client(peer), on = !!(flags & O_NONBLOCK);
    set_all(fd);
    CHECK_EQUAL(flags & O_APPEND ? fcntl(fd, F_SETFL, flags) : ioctl(fd, FIONBIO, &on), 0);
    peer_exchange(peer, fd);
    struct state before = state_of(fd);
    for (int turn = 0; turn < 2; turn++) {
        peer_exchange_stale(peer, fd);
        struct state after = state_of(fd);
        compare(&before, &after);
    }
    close(fd);
}

int main(void)
{
    struct peer peer = peer_listen(AF_INET, 8);
    keeps_all(&peer, 0);
    keeps_all(&peer, O_NONBLOCK);
    keeps_all(&peer, O_NONBLOCK | O_APPEND);
    keeps_all(&peer, O_APPEND);
    puts("as it was set");
}
