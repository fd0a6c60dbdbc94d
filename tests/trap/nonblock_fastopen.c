/* SPDX-License-Identifier: MIT
 *
 * TCP Fast Open (RFC 7413) in both its shapes: sendto() with MSG_FASTOPEN on a socket that connect()
 * never saw, and TCP_FASTOPEN_CONNECT, where connect() returns at once and only the first write
 * connects. A shim that takes the socket's closed state for a closed connection starts over, or sends
 * the first request twice. The idle connection is repaired all the same where connect() was seen.
 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include "peer.h"

static void by_flag(struct peer *peer)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    ssize_t sent = sendto(fd, peer_request, PEER_REQUEST_BYTES, MSG_FASTOPEN | MSG_NOSIGNAL,
                          (struct sockaddr *)&peer->address, peer->length);
    if (sent < 0 && errno == EOPNOTSUPP)
        trap_skip("TCP Fast Open is switched off");
    CHECK_EQUAL(sent, PEER_REQUEST_BYTES);
    peer_take(peer, PEER_REQUEST_BYTES);
    peer_put(peer);
    peer_receive(fd);
    trap_go_stale();
    peer_exchange(peer, fd);
    close(fd);
}

static void by_option(struct peer *peer, bool waits)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    CHECK_EQUAL(setsockopt(fd, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, &on, sizeof on), 0);
    CHECK_EQUAL(peer_connect_socket(peer, fd), 0);
    if (waits)
        trap_go_stale();
    unsigned before = peer->accepted;
    peer_exchange(peer, fd);
    if (!waits) /* else the handshake may have been done at connect(), and the connection be idle */
        CHECK_EQUAL(peer->accepted - before, 1);
    peer_exchange_stale(peer, fd);
    peer_exchange_stale(peer, fd);
    close(fd);
}

int main(void)
{
    struct peer peer = peer_listen(AF_INET, 8);
    int queue = 8;
    (void)syscall(SYS_setsockopt, peer.listener, IPPROTO_TCP, TCP_FASTOPEN, &queue, sizeof queue);
    by_flag(&peer);
    by_option(&peer, false);
    by_option(&peer, true);
    puts("opened fast");
}
