/* SPDX-License-Identifier: MIT
 *
 * SO_RCVTIMEO and SO_SNDTIMEO bound every call, whatever a shim does inside it. Here the server's
 * queue is full when the connection has gone stale, so a reconnect's handshake hangs: the program's
 * call ends in its own time, with EAGAIN, and the descriptor stays usable. A shim that waits for the
 * handshake by itself, or repeats a receive that has timed out, hangs the program.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/time.h>

#include "peer.h"

enum { TIMEOUT_MS = 300, PATIENCE_MS = 8000, FILLERS = 3 };

static void set_timeout(int fd, int option)
{
    struct timeval limit = {0, TIMEOUT_MS * 1000};
    CHECK_EQUAL(setsockopt(fd, SOL_SOCKET, option, &limit, sizeof limit), 0);
}

/* Bare, the request leaves and its answer does not come; reconnecting, it does not leave. */
static void exchange_in_vain(int fd)
{
    char byte;
    uint64_t start_ms = trap_now_ms();
    ssize_t sent = send(fd, peer_request, PEER_REQUEST_BYTES, MSG_NOSIGNAL);
    if (sent < 0)
        CHECK_EQUAL(errno, EAGAIN);
    else
        CHECK_FAILS(recv(fd, &byte, 1, 0), EAGAIN);
    uint64_t took_ms = trap_now_ms() - start_ms;
    CHECK(took_ms >= TIMEOUT_MS - 20 && took_ms < PATIENCE_MS);
    CHECK_EQUAL(sent < 0, trap_repairs());
}

static void hangs(void)
{
    int fillers[FILLERS];
    struct peer peer = peer_listen(AF_INET, 0);
    int fd = peer_client(&peer);
    set_timeout(fd, SO_RCVTIMEO);
    set_timeout(fd, SO_SNDTIMEO);
    peer_exchange(&peer, fd);
    for (int i = 0; i < FILLERS; i++) {
        fillers[i] = (int)syscall(SYS_socket, AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        (void)syscall(SYS_connect, fillers[i], &peer.address, peer.length);
    }
    trap_go_stale();
    exchange_in_vain(fd);
    CHECK_EQUAL(fcntl(fd, F_GETFL), O_RDWR);
    CHECK_EQUAL(close(fd), 0);
    for (int i = 0; i < FILLERS; i++)
        syscall(SYS_close, fillers[i]);
    peer_close(&peer);
}

/* A receive waits for its own time, whether the connection is at rest, past its limit or repaired. */
static void receives(struct peer *peer, bool stale)
{
    char byte;
    int fd = peer_client(peer);
    set_timeout(fd, SO_RCVTIMEO);
    peer_exchange(peer, fd);
    if (stale)
        peer_exchange_stale(peer, fd);
    peer_send(fd, 0);
    peer_take(peer, PEER_REQUEST_BYTES);
    for (int turn = 0; turn < 2; turn++) {
        uint64_t start_ms = trap_now_ms();
        CHECK_FAILS(recv(fd, &byte, 1, 0), EAGAIN);
        uint64_t took_ms = trap_now_ms() - start_ms;
        CHECK(took_ms >= TIMEOUT_MS - 20 && took_ms < PATIENCE_MS);
    }
    peer_put(peer);
    peer_receive(fd);
    close(fd);
}

int main(void)
{
    struct peer peer = peer_listen(AF_INET, 8);
    hangs();
    receives(&peer, false);
    receives(&peer, true);
    puts("in their own time");
}
