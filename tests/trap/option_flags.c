/* SPDX-License-Identifier: MIT
 *
 * Requests that leave in unusual ways: MSG_DONTWAIT on a blocking socket, MSG_MORE and TCP_CORK (the
 * kernel holds the beginning back for 200 ms, longer than the limit), MSG_ZEROCOPY (the program counts
 * the kernel's completion numbers), MSG_OOB. A shim that repairs between a held beginning and its end
 * sends half a request; one that sends for the program loses the completions.
 */
#include <errno.h>
#include <netinet/tcp.h>
#include <time.h>

#include <linux/errqueue.h>

#include "peer.h"

static void set(int fd, int level, int name, int value)
{
    if (setsockopt(fd, level, name, &value, sizeof value) != 0)
        trap_skip("no such option here");
}

static void answer(struct peer *peer, int fd)
{
    peer_take(peer, PEER_REQUEST_BYTES);
    peer_put(peer);
    peer_receive(fd);
}

/* A look at the resting connection. It may be past a short limit already, and then reads as ended:
 * what a program does with that is to open another one. */
static int look_without_waiting(struct peer *peer, int fd)
{
    char byte;
    errno = 0;
    ssize_t got = recv(fd, &byte, 1, MSG_DONTWAIT);
    if (got == 0 && trap_repairs()) {
        close(fd);
        return peer_client(peer);
    }
    CHECK_EQUAL(got, -1);
    CHECK_EQUAL(errno, EAGAIN);
    return fd;
}

static void without_waiting(struct peer *peer)
{
    int fd = peer_client(peer);
    for (int turn = 0; turn < 3; turn++) {
        peer_send(fd, MSG_DONTWAIT);
        answer(peer, fd);
        fd = look_without_waiting(peer, fd);
        trap_go_stale();
    }
    close(fd);
}

/* The request in two parts with a pause in the middle, after a first one and after an idle time. */
static void in_parts(struct peer *peer, int flags, bool cork)
{
    int fd = peer_client(peer);
    unsigned before = peer_exchange(peer, fd);
    for (int stale = 0; stale < 2; stale++) {
        if (stale)
            trap_go_stale();
        if (cork)
            set(fd, IPPROTO_TCP, TCP_CORK, 1);
        before = peer->accepted;
        CHECK_EQUAL(send(fd, peer_request, 20, flags | MSG_NOSIGNAL), 20);
        trap_go_stale();
        CHECK_EQUAL(send(fd, peer_request + 20, PEER_REQUEST_BYTES - 20, MSG_NOSIGNAL),
                    PEER_REQUEST_BYTES - 20);
        if (cork)
            set(fd, IPPROTO_TCP, TCP_CORK, 0);
        answer(peer, fd);
        if (stale || trap_mode() != TRAP_HARSHEST) /* a busy machine takes 1 ms between two lines */
            CHECK_EQUAL(peer->accepted - before, stale && trap_repairs());
    }
    close(fd);
}

/* The completion numbers go on from 0, one for each send that the kernel took. */
static unsigned completion(int fd)
{
    char room[256];
    struct msghdr message = {.msg_control = room, .msg_controllen = sizeof room};
    struct pollfd wait = {.fd = fd};
    CHECK_EQUAL(poll(&wait, 1, 10000), 1);
    CHECK_EQUAL(recvmsg(fd, &message, MSG_ERRQUEUE), 0);
    struct cmsghdr *control = CMSG_FIRSTHDR(&message);
    CHECK(control != NULL);
    struct sock_extended_err *error = (void *)CMSG_DATA(control);
    CHECK_EQUAL(error->ee_origin, SO_EE_ORIGIN_ZEROCOPY);
    CHECK_EQUAL(error->ee_errno, 0);
    return error->ee_data;
}

static void zero_copy(struct peer *peer)
{
    int fd = peer_client(peer);
    set(fd, SOL_SOCKET, SO_ZEROCOPY, 1);
    for (unsigned turn = 0; turn < 3; turn++) {
        peer_send(fd, MSG_ZEROCOPY);
        peer_take(peer, PEER_REQUEST_BYTES);
        CHECK_EQUAL(completion(fd), turn);
        peer_put(peer);
        peer_receive(fd);
        trap_go_stale();
    }
    close(fd);
}

static void urgent(struct peer *peer)
{
    int fd = peer_client(peer);
    char byte = 0;
    unsigned before = peer_exchange(peer, fd);
    CHECK_EQUAL(send(fd, "!", 1, MSG_OOB | MSG_NOSIGNAL), 1);
    trap_go_stale();
    CHECK_EQUAL(syscall(SYS_recvfrom, peer->fd, &byte, 1, MSG_OOB, NULL, NULL), 1);
    CHECK_EQUAL(byte, '!');
    CHECK_EQUAL(syscall(SYS_sendto, peer->fd, "?", 1, MSG_OOB, NULL, 0), 1);
    struct pollfd wait = {.fd = fd, .events = POLLPRI};
    CHECK_EQUAL(poll(&wait, 1, 10000), 1);
    CHECK_EQUAL(recv(fd, &byte, 1, MSG_OOB), 1);
    CHECK_EQUAL(byte, '?');
    peer_send(fd, 0);
    answer(peer, fd);
    CHECK_EQUAL(peer->accepted, before); /* what urgent bytes mean, nobody knows: hands off */
    close(fd);
}

int main(void)
{
    struct peer peer = peer_listen(AF_INET, 8);
    without_waiting(&peer);
    in_parts(&peer, 0, false);
    in_parts(&peer, MSG_MORE, false);
    in_parts(&peer, 0, true);
    zero_copy(&peer);
    urgent(&peer);
    puts("whole requests");
}
