/* SPDX-License-Identifier: MIT
 *
 * Bytes go by unseen (a raw system call, as libuv or io_uring make them), then a request goes out
 * within the same clock tick in which an answer came in, its answer is slow, and another request
 * follows after the limit. A shim that has lost the framing and goes by the kernel's time stamps
 * alone takes "received and sent in the same tick" for "the answer is in", and cuts the connection.
 */
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "trap.h"

/* A whole exchange past every door. */
static void exchange_unseen(int fd)
{
    char request[256], answer[512];
    size_t bytes = trap_format_request(request, sizeof request, "/unseen");
    CHECK_EQUAL(syscall(SYS_write, fd, request, bytes), bytes);
    CHECK(syscall(SYS_read, fd, answer, sizeof answer) > 0);
}

int main(void)
{
    struct trap_server *server = trap_serve();
    for (int round = 0; round < 10; round++) {
        int fd = trap_connect(server);
        trap_request(fd, "/seen");
        exchange_unseen(fd);
        trap_send_request(fd, "/slow?delay=300");
        trap_go_stale();
        trap_send_request(fd, "/behind");
        struct trap_answer slow = trap_read_answer(fd);
        struct trap_answer behind = trap_read_answer(fd);
        CHECK(!strcmp(slow.body, "/slow?delay=300"));
        CHECK(!strcmp(behind.body, "/behind"));
        CHECK_EQUAL(slow.connection, behind.connection);
        close(fd);
    }
    CHECK_EQUAL(server->broken, 0);
    puts("all answered on one connection each");
}
