/* SPDX-License-Identifier: MIT
 *
 * A call that fails gives the kernel's own errno and does nothing, also with arguments that no
 * wrapper should look at: descriptors that are negative, closed or far too high, null pointers,
 * counts of zero and of billions, buffers that are not writable. A shim that indexes its table with
 * the number, adds the lengths up or touches the buffers dies, or fails with another errno.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "trap.h"

/* In the page that is never mapped; volatile, or the compiler warns of what we mean to do. */
static void *volatile bad = (void *)16;

static void check_descriptors(int fd)
{
    char byte = 0;
    struct iovec part = {&byte, 1};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    CHECK_FAILS(close(fd), EBADF);
    CHECK_FAILS(shutdown(fd, SHUT_WR), EBADF);
    CHECK_FAILS(connect(fd, (struct sockaddr *)&message, 2), EBADF);
    CHECK_FAILS(dup(fd), EBADF);
    CHECK_FAILS(dup2(fd, 5), EBADF);
    CHECK_FAILS(dup3(fd, 5, 0), EBADF);
    CHECK_FAILS(fcntl(fd, F_DUPFD, 0), EBADF);
    CHECK_FAILS(write(fd, &byte, 1), EBADF);
    CHECK_FAILS(writev(fd, &part, 1), EBADF);
    CHECK_FAILS(send(fd, &byte, 1, 0), EBADF);
    CHECK_FAILS(sendmsg(fd, &message, 0), EBADF);
    CHECK_FAILS(read(fd, &byte, 1), EBADF);
    CHECK_FAILS(recv(fd, &byte, 1, 0), EBADF);
    CHECK_FAILS(recvmsg(fd, &message, 0), EBADF);
    CHECK_FAILS(epoll_wait(fd, (struct epoll_event *)&message, 1, 0), EBADF);
}

/* More bytes or more parts than the kernel takes at a time. */
static void check_counts(int fd)
{
    static volatile int many = IOV_MAX + 1;
    static struct iovec parts[IOV_MAX + 1];
    struct iovec huge[2] = {{"G", 1}, {"E", SIZE_MAX}};
    CHECK_FAILS(writev(fd, parts, many), EINVAL);
    CHECK_FAILS(writev(fd, parts, many - IOV_MAX - 2), EINVAL);
    CHECK_FAILS(writev(fd, huge, 2), EINVAL);
    CHECK_FAILS(readv(fd, parts, many), EINVAL);
    CHECK_FAILS(connect(fd, bad, sizeof(struct sockaddr)), EFAULT);
    CHECK_EQUAL(write(fd, bad, 0), 0);
    CHECK_EQUAL(send(fd, bad, 0, 0), 0);
}

static void check_reads(int fd)
{
    struct iovec far = {bad, 10};
    struct msghdr message = {.msg_iov = &far, .msg_iovlen = 1};
    trap_send_request(fd, "/unreadable");
    CHECK_EQUAL(poll(&(struct pollfd){.fd = fd, .events = POLLIN}, 1, 10000), 1);
    CHECK_FAILS(read(fd, bad, 10), EFAULT);
    CHECK_FAILS(readv(fd, &far, 1), EFAULT);
    CHECK_FAILS(readv(fd, bad, 1), EFAULT);
    CHECK_FAILS(recv(fd, bad, 10, 0), EFAULT);
    CHECK_FAILS(recvmsg(fd, &message, 0), EFAULT);
    CHECK_FAILS(recvmsg(fd, bad, 0), EFAULT);
    trap_read_answer(fd);
}

static void check_waits(void)
{
    CHECK_FAILS(poll(bad, 1, 0), EFAULT);
    CHECK_FAILS(poll(bad, UINT_MAX, 0), EINVAL);
    CHECK_FAILS(ppoll(NULL, 0, &(struct timespec){0, -1}, NULL), EINVAL);
    CHECK_FAILS(select(-1, NULL, NULL, NULL, NULL), EINVAL);
    CHECK_FAILS(select(1, bad, NULL, NULL, &(struct timeval){0}), EFAULT);
    CHECK_FAILS(select(0, NULL, NULL, NULL, &(struct timeval){0, -1}), EINVAL);
    CHECK_FAILS(select(0, NULL, NULL, NULL, &(struct timeval){-1, 0}), EINVAL);
    CHECK_FAILS(pselect(0, NULL, NULL, NULL, &(struct timespec){0, 1000000000}, NULL), EINVAL);
    CHECK_FAILS(epoll_ctl(-1, EPOLL_CTL_ADD, 0, bad), EFAULT);
}

int main(void)
{
    struct trap_server *server = trap_serve();
    static const int numbers[] = {-1, INT_MIN, 19999, 1 << 20, INT_MAX};
    for (int tracked = 0; tracked < 2; tracked++) {
        for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
            check_descriptors(numbers[i]);
        check_waits();
        int fd = trap_connect(server);
        check_counts(fd);
        trap_request(fd, "/whole");
        check_reads(fd);
        trap_go_stale();
        check_counts(fd);
        trap_request(fd, "/still-good");
        close(fd);
    }
    puts("the kernel's own errors");
}
