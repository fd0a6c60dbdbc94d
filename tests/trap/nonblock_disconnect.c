/* SPDX-License-Identifier: MIT
 *
 * A program that disconnects its socket itself, by connect() with AF_UNSPEC, and connects it to
 * another server: connection pools of some databases do. A shim that remembers the first address
 * reconnects to the wrong server. A disconnected socket stays what it is: ECONNRESET, then EPIPE.
 */
#include <errno.h>

#include "peer.h"

static void disconnect(int fd)
{
    struct sockaddr nowhere = {.sa_family = AF_UNSPEC};
    CHECK_EQUAL(connect(fd, &nowhere, sizeof nowhere), 0);
}

int main(void)
{
    struct peer first = peer_listen(AF_INET, 8), second = peer_listen(AF_INET, 8);
    struct sockaddr_storage name;
    int fd = peer_client(&first);
    peer_exchange(&first, fd);
    peer_exchange_stale(&first, fd);
    disconnect(fd);
    CHECK_FAILS(send(fd, peer_request, PEER_REQUEST_BYTES, MSG_NOSIGNAL), ECONNRESET);
    CHECK_FAILS(send(fd, peer_request, PEER_REQUEST_BYTES, MSG_NOSIGNAL), EPIPE);
    trap_go_stale();
    CHECK_FAILS(send(fd, peer_request, PEER_REQUEST_BYTES, MSG_NOSIGNAL), EPIPE);
    CHECK_FAILS(recv(fd, &name, 1, 0), ENOTCONN);
    CHECK_FAILS(getpeername(fd, (struct sockaddr *)&name, &(socklen_t){sizeof name}), ENOTCONN);
    unsigned before = first.accepted;
    CHECK_EQUAL(peer_connect_socket(&second, fd), 0);
    peer_exchange(&second, fd);
    peer_exchange_stale(&second, fd);
    disconnect(fd);
    CHECK_EQUAL(peer_connect_socket(&first, fd), 0); /* and back */
    peer_exchange(&first, fd);
    if (trap_mode() != TRAP_HARSHEST) /* a busy machine takes 1 ms between two lines */
        CHECK_EQUAL(first.accepted - before, 1);
    peer_exchange_stale(&first, fd);
    close(fd);
    puts("two servers, one socket");
}
