/* SPDX-License-Identifier: MIT
 *
 * Connections whose first bytes may come long after connect(): FTP's data connection waits for the
 * command on the other one, and is bound to it by its ports; SMTP and SSH wait for the server's
 * greeting. The idle time is past the limit when the program first writes, and what it writes is no
 * request. A shim that reconnects an unused connection at its limit loses the transfer.
 */
#include "peer.h"

static const unsigned char image[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 0, 0, 13};

static void upload(struct peer *peer, const void *bytes, size_t count)
{
    int fd = peer_client(peer);
    peer_accept(peer);
    unsigned before = peer->accepted;
    for (int turn = 0; turn < 3; turn++) {
        trap_go_stale();
        CHECK_EQUAL(send(fd, bytes, count, MSG_NOSIGNAL), count);
        peer_take(peer, count);
    }
    CHECK_EQUAL(peer->accepted, before);
    close(fd);
}

/* The server greets late; the program answers it later still. */
static void greeting(struct peer *peer)
{
    char room[32];
    int fd = peer_client(peer);
    peer_accept(peer);
    unsigned before = peer->accepted;
    trap_go_stale();
    CHECK_EQUAL(syscall(SYS_sendto, peer->fd, "220 ready\r\n", 11, 0, NULL, 0), 11);
    peer_await(fd, POLLIN);
    trap_go_stale();
    CHECK_EQUAL(recv(fd, room, sizeof room, 0), 11);
    trap_go_stale();
    CHECK_EQUAL(send(fd, "EHLO trap\r\n", 11, MSG_NOSIGNAL), 11);
    peer_take(peer, 11);
    CHECK_EQUAL(peer->accepted, before);
    close(fd);
}

/* Downloads: the program never writes. Looks and waits must not end the connection. */
static void download(struct peer *peer)
{
    char room[64];
    int fd = peer_client(peer);
    peer_accept(peer);
    for (int turn = 0; turn < 3; turn++) {
        struct pollfd look = {.fd = fd, .events = POLLIN | POLLRDHUP};
        CHECK_EQUAL(poll(&look, 1, 150), 0);
        CHECK_EQUAL(syscall(SYS_sendto, peer->fd, peer_answer, 20, 0, NULL, 0), 20);
        peer_await(fd, POLLIN);
        CHECK_EQUAL(recv(fd, room, sizeof room, 0), 20);
    }
    close(fd);
}

int main(void)
{
    struct peer peer = peer_listen(AF_INET, 8);
    upload(&peer, image, sizeof image);
    upload(&peer, "USER trap\r\n", 11);
    upload(&peer, "getting things done\n", 20);
    upload(&peer, "GETTING THINGS DONE\n", 20);
    greeting(&peer);
    download(&peer);
    puts("nothing was cut off");
}
