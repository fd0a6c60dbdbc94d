/* SPDX-License-Identifier: MIT
 *
 * O_NONBLOCK switched on and off on a live connection, by fcntl() and by ioctl(FIONBIO), as the JDK
 * does around each wait. Each call behaves as the flag stands at that moment, and the flag is what
 * the program has made it. A shim that remembers the flag from socket() blocks where it must not, or
 * gives EAGAIN to a program that cannot handle it.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>

#include "peer.h"

static void set(int fd, bool by_ioctl, int on)
{
    int flags = fcntl(fd, F_GETFL);
    CHECK_EQUAL(by_ioctl ? ioctl(fd, FIONBIO, &on)
                         : fcntl(fd, F_SETFL, on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK),
                0);
    CHECK_EQUAL(fcntl(fd, F_GETFL), O_RDWR | (on ? O_NONBLOCK : 0));
}

/* The blocking half of the turns sends just once: it must not see EAGAIN. */
static void turn(struct peer *peer, int fd, bool by_ioctl, int on)
{
    char byte;
    set(fd, by_ioctl, on);
    trap_go_stale();
    if (on)
        peer_send(fd, 0);
    else
        CHECK_EQUAL(send(fd, peer_request, PEER_REQUEST_BYTES, MSG_NOSIGNAL), PEER_REQUEST_BYTES);
    CHECK_EQUAL(fcntl(fd, F_GETFL), O_RDWR | (on ? O_NONBLOCK : 0));
    peer_take(peer, PEER_REQUEST_BYTES);
    if (on)
        CHECK_FAILS(recv(fd, &byte, 1, 0), EAGAIN);
    peer_put(peer);
    peer_receive(fd);
}

static void toggles(struct peer *peer, int socket_flags)
{
    int fd = peer_client_of(peer, socket_flags);
    peer_exchange(peer, fd);
    for (int i = 0; i < 4; i++)
        turn(peer, fd, i / 2, i % 2);
    close(fd);
}

int main(void)
{
    struct peer peer = peer_listen(AF_INET, 8);
    toggles(&peer, 0);
    toggles(&peer, SOCK_NONBLOCK);
    puts("as it was switched");
}
