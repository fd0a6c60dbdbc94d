/* SPDX-License-Identifier: MIT
 *
 * A write from memory that is not readable fails with EFAULT and does no harm; memory checkers,
 * garbage collectors and conformance tests (LTP's send01, sendmsg01) rely on it. A shim that looks at
 * the bytes before the kernel has checked them dies with SIGSEGV. Half-readable buffers send what is
 * readable.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "trap.h"

static void *volatile bad = (void *)16;

static void check_writes(int fd)
{
    struct iovec far = {bad, 10};
    struct msghdr message = {.msg_iov = &far, .msg_iovlen = 1};
    struct msghdr worse = {.msg_iov = bad, .msg_iovlen = 1};
    CHECK_FAILS(write(fd, bad, 10), EFAULT);
    CHECK_FAILS(send(fd, bad, 10, MSG_NOSIGNAL), EFAULT);
    CHECK_FAILS(sendto(fd, bad, 10, MSG_NOSIGNAL, NULL, 0), EFAULT);
    CHECK_FAILS(writev(fd, &far, 1), EFAULT);
    CHECK_FAILS(writev(fd, bad, 1), EFAULT);
    CHECK_FAILS(sendmsg(fd, &message, 0), EFAULT);
    CHECK_FAILS(sendmsg(fd, &worse, 0), EFAULT);
    CHECK_FAILS(sendmsg(fd, bad, 0), EFAULT);
    CHECK_FAILS(sendmmsg(fd, bad, 1, 0), EFAULT);
}

/* A request that ends at the end of a page, with a page behind it that is not mapped. */
static void check_edge(int fd)
{
    char text[512];
    size_t bytes = trap_format_request(text, sizeof text, "/edge"), page = (size_t)getpagesize();
    char *pages = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK_EQUAL(munmap(pages + page, page), 0);
    char *request = memcpy(pages + page - bytes, text, bytes);
    CHECK_EQUAL(send(fd, request, bytes, MSG_NOSIGNAL), bytes);
    trap_read_answer(fd);
}

int main(void)
{
    struct trap_server *server = trap_serve();
    int fd = trap_connect(server);
    check_writes(fd);
    check_edge(fd);
    check_writes(fd);
    trap_go_stale();
    check_writes(fd);
    check_edge(fd);
    CHECK_EQUAL(server->requests, 2);
    puts("EFAULT, and two answers");
}
