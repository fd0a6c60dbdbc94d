/* SPDX-License-Identifier: MIT
 *
 * The program of syscall_reuse: an evicted connection that is closed past the wrappers, its number
 * given to an accepted socket. Between two calls of getppid() there are TURNS writes.
 */
#include <fcntl.h>

#include "../peer.h"

enum { TURNS = 20 };

int main(void)
{
    struct peer peer = peer_listen(AF_INET, 8);
    int old = peer_client(&peer);
    peer_exchange(&peer, old);
    trap_go_stale();
    struct pollfd look = {.fd = old, .events = POLLIN};
    (void)poll(&look, 1, 0);
    syscall(SYS_close, old);
    int low = (int)syscall(SYS_socket, AF_INET, SOCK_STREAM, 0);
    int client = (int)syscall(SYS_fcntl, low, F_DUPFD, 50);
    syscall(SYS_close, low);
    CHECK_EQUAL(syscall(SYS_connect, client, &peer.address, peer.length), 0);
    CHECK_EQUAL(accept(peer.listener, NULL, NULL), old);
    CHECK_EQUAL(write(old, "first", 5), 5);
    syscall(SYS_getppid);
    for (int turn = 0; turn < TURNS; turn++)
        CHECK_EQUAL(write(old, "again", 5), 5);
    syscall(SYS_getppid);
    return 0;
}
