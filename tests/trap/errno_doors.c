/* SPDX-License-Identifier: MIT
 *
 * A call that succeeds leaves errno alone. Programs rely on it: they save an error, close or log,
 * and report the error afterwards. A shim that asks the kernel around a call (and is told ENOTCONN,
 * EBADF or ENOTTY) leaves its own error behind. Every door, on untracked and tracked descriptors,
 * between exchanges and in one.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "trap.h"

#define KEEPS(call)                                                                                \
    do {                                                                                           \
        errno = 77;                                                                                \
        CHECK((call) >= 0);                                                                        \
        CHECK_EQUAL(errno, 77);                                                                    \
    } while (0)

static void check_waits(int fd)
{
    struct pollfd look = {.fd = fd, .events = POLLIN};
    struct timespec none = {0};
    struct timeval now = {0};
    struct epoll_event event = {.events = EPOLLIN};
    fd_set set;
    int epoll = epoll_create1(0);
    FD_ZERO(&set);
    FD_SET(fd, &set);
    KEEPS(poll(&look, 1, 0));
    KEEPS(ppoll(&look, 1, &none, NULL));
    KEEPS(select(fd + 1, &set, NULL, NULL, &now));
    KEEPS(pselect(fd + 1, &set, NULL, NULL, &none, NULL));
    KEEPS(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event));
    KEEPS(epoll_wait(epoll, &event, 1, 0));
    KEEPS(epoll_pwait(epoll, &event, 1, 0, NULL));
    KEEPS(epoll_ctl(epoll, EPOLL_CTL_DEL, fd, &event));
    KEEPS(close(epoll));
}

static void check_duplicates(int fd)
{
    int a, b, c;
    KEEPS(a = dup(fd));
    KEEPS(b = dup2(fd, a + 20));
    KEEPS(c = dup3(fd, a + 21, O_CLOEXEC));
    KEEPS(dup2(a, b));
    KEEPS(close(a));
    KEEPS(a = fcntl(fd, F_DUPFD_CLOEXEC, 40));
    KEEPS(fcntl(fd, F_GETFL));
    KEEPS(close_range((unsigned)b, (unsigned)c, 0));
    errno = 77;
    closefrom(a);
    CHECK_EQUAL(errno, 77);
}

/* Sends a request in six parts by six calls, and takes the answer in five. */
static void check_moves(int fd)
{
    char room[512], *at = room;
    struct iovec part = {room, 1};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    struct mmsghdr messages = {.msg_hdr = message};
    int left = (int)trap_format_request(room, sizeof room, "/moves");
    KEEPS(write(fd, at++, 1));
    part.iov_base = at++;
    KEEPS(writev(fd, &part, 1));
    KEEPS(sendto(fd, at++, 1, 0, NULL, 0));
    part.iov_base = at++;
    KEEPS(sendmsg(fd, &message, 0));
    part.iov_base = at++;
    KEEPS(sendmmsg(fd, &messages, 1, 0));
    KEEPS(send(fd, at, (size_t)(left - 5), MSG_NOSIGNAL));
    KEEPS(recv(fd, room, 1, MSG_PEEK));
    KEEPS(read(fd, room, 1));
    part = (struct iovec){room, 1};
    KEEPS(readv(fd, &part, 1));
    KEEPS(recvfrom(fd, room, 1, 0, NULL, NULL));
    KEEPS(recvmsg(fd, &message, 0));
    KEEPS(recvmmsg(fd, &messages, 1, 0, NULL));
    KEEPS(recv(fd, room, sizeof room, 0));
}

static void check_files(int fd)
{
    char text[512], path[] = "/tmp/trap-XXXXXX";
    int file = mkstemp(path), ends[2];
    size_t bytes = trap_format_request(text, sizeof text, "/sendfile");
    unlink(path);
    CHECK_EQUAL(write(file, text, bytes), bytes);
    CHECK_EQUAL(lseek(file, 0, SEEK_SET), 0);
    KEEPS(sendfile(fd, file, NULL, bytes));
    KEEPS(recv(fd, text, sizeof text, MSG_TRUNC));
    bytes = trap_format_request(text, sizeof text, "/splice");
    CHECK_EQUAL(pipe(ends), 0);
    CHECK_EQUAL(write(ends[1], text, bytes), bytes);
    KEEPS(splice(ends[0], NULL, fd, NULL, bytes, 0));
    KEEPS(splice(fd, NULL, ends[1], NULL, sizeof text, 0));
    close(ends[0]);
    close(ends[1]);
    close(file);
}

static void check_others(void)
{
    void *libm;
    pid_t child;
    KEEPS(child = vfork());
    if (!child)
        _exit(0);
    CHECK_EQUAL(waitpid(child, NULL, 0), child);
    errno = 77;
    CHECK((libm = dlopen(NULL, RTLD_NOW)) != NULL);
    CHECK_EQUAL(errno, 77);
    dlclose(libm);
}

static void check_connection(struct trap_server *server)
{
    struct trap_answer last;
    int fd = trap_connect(server);
    check_waits(fd);
    check_duplicates(fd);
    check_moves(fd);
    last = trap_request(fd, "/after");
    check_waits(fd);
    trap_go_stale();
    check_waits(fd); /* may evict */
    close(fd);
    fd = trap_connect(server);
    last = trap_request(fd, "/before");
    trap_go_stale();
    check_moves(fd); /* may reconnect */
    trap_request_stale(fd, "/after", trap_request(fd, "/before"));
    check_files(fd);
    KEEPS(shutdown(fd, SHUT_WR));
    KEEPS(close(fd));
    (void)last;
}

static void check_untracked(void)
{
    int ends[2];
    CHECK_EQUAL(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    check_waits(ends[0]);
    KEEPS(write(ends[0], "x", 1));
    KEEPS(poll(&(struct pollfd){.fd = ends[1], .events = POLLIN}, 1, 1000));
    KEEPS(read(ends[1], (char[1]){0}, 1));
    KEEPS(close(ends[0]));
    KEEPS(read(ends[1], (char[1]){0}, 1));
    KEEPS(close(ends[1]));
    check_others();
}

int main(void)
{
    struct trap_server *server = trap_serve();
    check_untracked();
    errno = 77;
    int fd = trap_connect(server);
    CHECK_EQUAL(errno, 77);
    close(fd);
    check_connection(server);
    check_untracked();
    puts("errno kept");
}
