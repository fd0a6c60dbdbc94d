/* SPDX-License-Identifier: MIT
 *
 * SO_LINGER with no time: close() resets the connection, the peer's read fails with ECONNRESET; with
 * time, close() waits for the last byte. After a repair too, and when a shim has looked at or evicted
 * the connection: an evicted one is ended with a FIN, and its close() must not wait or fail.
 */
#include <errno.h>

#include "peer.h"

static int lingering_client(struct peer *peer, int seconds)
{
    struct linger linger = {1, seconds};
    int fd = peer_client(peer);
    CHECK_EQUAL(setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger), 0);
    peer_exchange(peer, fd);
    return fd;
}

static void resets(struct peer *peer, bool stale)
{
    char byte;
    int fd = lingering_client(peer, 0);
    if (stale)
        peer_exchange_stale(peer, fd);
    CHECK_EQUAL(close(fd), 0);
    CHECK_FAILS(syscall(SYS_recvfrom, peer->fd, &byte, 1, 0, NULL, NULL), ECONNRESET);
}

static void ends_after_look(struct peer *peer, int seconds)
{
    char byte;
    int fd = lingering_client(peer, seconds);
    struct pollfd look = {.fd = fd, .events = POLLIN};
    trap_go_stale();
    (void)poll(&look, 1, 0);
    CHECK_EQUAL(close(fd), 0);
    CHECK(peer_has(peer->fd));
    CHECK(syscall(SYS_recvfrom, peer->fd, &byte, 1, 0, NULL, NULL) <= 0);
}

/* close() hands over what was written before it. */
static void waits(struct peer *peer)
{
    int fd = lingering_client(peer, 5);
    trap_go_stale();
    peer_send(fd, 0);
    CHECK_EQUAL(close(fd), 0);
    peer_take(peer, PEER_REQUEST_BYTES);
}

int main(void)
{
    struct peer peer = peer_listen(AF_INET, 8);
    resets(&peer, false);
    resets(&peer, true);
    ends_after_look(&peer, 0);
    ends_after_look(&peer, 5);
    waits(&peer);
    puts("lingered");
}
