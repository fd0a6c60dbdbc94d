/* SPDX-License-Identifier: MIT
 *
 * A program that says shutdown(SHUT_WR) after its request and reads the answer late; one that shuts
 * down both ways; one that does it between exchanges and writes all the same (EPIPE, and SIGPIPE).
 * A shim that reconnects or evicts a half-closed connection loses the answer, or revives what the
 * program has ended.
 */
#include <errno.h>
#include <signal.h>

#include "peer.h"

static volatile sig_atomic_t pipes;

static void count(int signal)
{
    (void)signal;
    pipes++;
}

static void late_answer(struct peer *peer)
{
    int fd = peer_client(peer);
    char byte;
    peer_exchange(peer, fd);
    peer_send(fd, 0);
    CHECK_EQUAL(shutdown(fd, SHUT_WR), 0);
    peer_take(peer, PEER_REQUEST_BYTES);
    trap_go_stale();
    struct pollfd look = {.fd = fd, .events = POLLIN};
    CHECK_EQUAL(poll(&look, 1, 0), 0);
    CHECK_FAILS(recv(fd, &byte, 1, MSG_DONTWAIT), EAGAIN);
    peer_put(peer);
    peer_receive(fd);
    trap_go_stale();
    CHECK_FAILS(recv(fd, &byte, 1, MSG_DONTWAIT), EAGAIN);
    syscall(SYS_close, peer->fd);
    peer->fd = -1;
    CHECK_EQUAL(recv(fd, &byte, 1, 0), 0);
    CHECK_EQUAL(close(fd), 0);
}

static void write_after(struct peer *peer, int how)
{
    int fd = peer_client(peer), before = pipes;
    peer_exchange(peer, fd);
    CHECK_EQUAL(shutdown(fd, how), 0);
    trap_go_stale();
    CHECK_FAILS(send(fd, peer_request, PEER_REQUEST_BYTES, MSG_NOSIGNAL), EPIPE);
    CHECK_EQUAL(pipes, before);
    CHECK_FAILS(send(fd, peer_request, PEER_REQUEST_BYTES, 0), EPIPE);
    CHECK_FAILS(write(fd, peer_request, PEER_REQUEST_BYTES), EPIPE);
    CHECK_EQUAL(pipes, before + 2);
    CHECK_EQUAL(close(fd), 0);
}

/* After SHUT_RD the program may still write; what it reads is the end. */
static void reads_no_more(struct peer *peer)
{
    int fd = peer_client(peer);
    unsigned before = peer_exchange(peer, fd);
    char byte;
    CHECK_EQUAL(shutdown(fd, SHUT_RD), 0);
    CHECK_EQUAL(recv(fd, &byte, 1, 0), 0);
    trap_go_stale();
    peer_send(fd, 0);
    peer_take(peer, PEER_REQUEST_BYTES);
    CHECK_EQUAL(peer->accepted, before);
    CHECK_EQUAL(close(fd), 0);
}

int main(void)
{
    struct peer peer = peer_listen(AF_INET, 8);
    signal(SIGPIPE, count);
    late_answer(&peer);
    write_after(&peer, SHUT_WR);
    write_after(&peer, SHUT_RDWR);
    reads_no_more(&peer);
    puts("ended as it said");
}
