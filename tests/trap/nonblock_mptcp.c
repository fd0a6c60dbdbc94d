/* SPDX-License-Identifier: MIT
 *
 * A Multipath TCP socket (RFC 8684) looks like a TCP socket, and its state is spread over subflows. A
 * shim that disconnects it breaks them. Ours does not track it: nothing is repaired, nothing changes.
 */
#include <netinet/in.h>

#include "peer.h"

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif

int main(void)
{
    struct peer peer = peer_listen(AF_INET, 8);
    int fd = socket(AF_INET, SOCK_STREAM, IPPROTO_MPTCP);
    if (fd < 0)
        trap_skip("no Multipath TCP here");
    CHECK_EQUAL(peer_connect_socket(&peer, fd), 0);
    for (int turn = 0; turn < 3; turn++) {
        peer_exchange(&peer, fd);
        trap_go_stale();
        struct pollfd look = {.fd = fd, .events = POLLIN};
        CHECK_EQUAL(poll(&look, 1, 0), 0);
    }
    CHECK_EQUAL(peer.accepted, 1);
    close(fd);
    puts("one connection");
}
