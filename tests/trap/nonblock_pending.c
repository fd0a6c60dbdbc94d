/* SPDX-License-Identifier: MIT
 *
 * A connect() that takes longer than the limit: the server's queue is full, so the SYN goes unheard.
 * Meanwhile the program writes (EAGAIN), polls (nothing), connects again (EALREADY), and goes for
 * another address as Happy Eyeballs does (RFC 8305). A shim that takes the time for idle time starts
 * the handshake over and over; one that shuts the loser down wakes the program with a false HUP.
 */
#include <errno.h>
#include <fcntl.h>

#include "peer.h"

enum { FILLERS = 3 };

static int begin(struct peer *peer)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    (void)peer_connect_socket(peer, fd);
    return fd;
}

/* False when the kernel lets all of them in. */
static bool is_pending(int fd)
{
    struct pollfd wait = {.fd = fd, .events = POLLOUT};
    return poll(&wait, 1, 20) == 0;
}

static void stays_pending(struct peer *peer, int fd)
{
    struct pollfd wait = {.fd = fd, .events = POLLIN | POLLOUT};
    for (int turn = 0; turn < 2; turn++) {
        CHECK_FAILS(peer_connect_socket(peer, fd), EALREADY);
        CHECK_FAILS(send(fd, peer_request, PEER_REQUEST_BYTES, MSG_NOSIGNAL), EAGAIN);
        CHECK_FAILS(recv(fd, &wait, 1, 0), EAGAIN);
        CHECK_FAILS(getpeername(fd, (struct sockaddr *)&wait, &(socklen_t){sizeof wait}), ENOTCONN);
        wait = (struct pollfd){.fd = fd, .events = POLLIN | POLLOUT};
        CHECK_EQUAL(poll(&wait, 1, 0), 0);
        trap_go_stale();
        CHECK_EQUAL(poll(&wait, 1, 0), 0);
    }
}

/* The other address answers; the first attempt is given up. */
static void happy_eyeballs(struct peer *full, struct peer *other)
{
    int slow = begin(full), quick = begin(other);
    peer_await(quick, POLLOUT);
    CHECK_EQUAL(close(slow), 0);
    peer_exchange(other, quick);
    peer_exchange_stale(other, quick);
    close(quick);
}

int main(void)
{
    int fillers[FILLERS];
    struct peer full = peer_listen(AF_INET, 0), other = peer_listen(AF_INET, 8);
    for (int i = 0; i < FILLERS; i++)
        fillers[i] = begin(&full);
    int fd = begin(&full);
    if (!is_pending(fd))
        trap_skip("the queue of a listener does not fill up here");
    stays_pending(&full, fd);
    happy_eyeballs(&full, &other);
    /* Room is made: the kernel's own retry, a second after the first SYN, gets through. */
    for (int i = 0; i < FILLERS; i++)
        close(fillers[i]);
    for (int i = 0; i < FILLERS && peer_has(full.listener); i++)
        peer_accept(&full);
    peer_await(fd, POLLOUT);
    peer_exchange(&full, fd);
    close(fd);
    puts("pending, then connected");
}
