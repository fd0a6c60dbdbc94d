/* SPDX-License-Identifier: MIT
 *
 * What belongs to the descriptor and to the open file, options included, is the same after a
 * reconnect as before: close-on-exec, O_NONBLOCK, SO_RCVTIMEO, TCP_NODELAY, SO_KEEPALIVE, the buffer
 * sizes, and which file it is (st_ino). A shim that swaps the socket has to replay all of them.
 */
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "trap.h"

static void set(int fd, int level, int option, int value)
{
    CHECK_EQUAL(setsockopt(fd, level, option, &value, sizeof value), 0);
}

static int get(int fd, int level, int option)
{
    int value = -1;
    socklen_t length = sizeof value;
    CHECK_EQUAL(getsockopt(fd, level, option, &value, &length), 0);
    return value;
}

struct state {
    int descriptor_flags, file_flags, nodelay, keepalive, send_bytes, receive_bytes;
    struct timeval wait;
    ino_t inode;
};

static struct state state_of(int fd)
{
    struct state state;
    struct stat file;
    socklen_t length = sizeof state.wait;
    memset(&state, 0, sizeof state);
    state.descriptor_flags = fcntl(fd, F_GETFD);
    state.file_flags = fcntl(fd, F_GETFL);
    state.nodelay = get(fd, IPPROTO_TCP, TCP_NODELAY);
    state.keepalive = get(fd, SOL_SOCKET, SO_KEEPALIVE);
    state.send_bytes = get(fd, SOL_SOCKET, SO_SNDBUF);
    state.receive_bytes = get(fd, SOL_SOCKET, SO_RCVBUF);
    CHECK_EQUAL(getsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &state.wait, &length), 0);
    CHECK_EQUAL(fstat(fd, &file), 0);
    state.inode = file.st_ino;
    return state;
}

static void try_with(struct trap_server *server, int file_flags, int descriptor_flags)
{
    struct timeval wait = {7, 0};
    int fd = trap_connect(server);
    struct trap_answer last = trap_request(fd, "/first");
    CHECK_EQUAL(fcntl(fd, F_SETFL, file_flags), 0);
    CHECK_EQUAL(fcntl(fd, F_SETFD, descriptor_flags), 0);
    set(fd, IPPROTO_TCP, TCP_NODELAY, 1);
    set(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
    set(fd, SOL_SOCKET, SO_SNDBUF, 30000);
    set(fd, SOL_SOCKET, SO_RCVBUF, 40000);
    CHECK_EQUAL(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait), 0);
    struct state before = state_of(fd);
    last = trap_request_stale(fd, "/stale", last);
    struct state after = state_of(fd);
    CHECK(!memcmp(&before, &after, sizeof after));
    close(fd);
}

int main(void)
{
    struct trap_server *server = trap_serve();
    try_with(server, O_RDWR, 0);
    try_with(server, O_RDWR, FD_CLOEXEC);
    try_with(server, O_RDWR | O_NONBLOCK, FD_CLOEXEC);
    puts("all as before");
}
