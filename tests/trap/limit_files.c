/* SPDX-License-Identifier: MIT
 *
 * Descriptors: no number left below a limit of 20, and numbers from 65,536 to the kernel's own limit.
 * A shim that opens a socket to make a repair, or a log, or keeps descriptors of its own, fails with
 * EMFILE or takes the program's last number; one whose table ends somewhere writes beyond it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "trap.h"

static rlim_t kernel_limit(void)
{
    unsigned long limit = 1 << 20;
    FILE *file = fopen("/proc/sys/fs/nr_open", "r");
    if (file && fscanf(file, "%lu", &limit) != 1)
        limit = 1 << 20;
    if (file)
        fclose(file);
    return limit;
}

/* As many numbers as there are without a shim: none is taken by it. */
static void none_left(struct trap_server *server)
{
    struct rlimit few, all;
    CHECK_EQUAL(getrlimit(RLIMIT_NOFILE, &all), 0);
    few = (struct rlimit){20, all.rlim_max};
    CHECK_EQUAL(setrlimit(RLIMIT_NOFILE, &few), 0);
    int fd = trap_connect(server), last = -1, copy;
    struct trap_answer answer = trap_request(fd, "/few");
    while ((copy = dup(STDIN_FILENO)) >= 0)
        last = copy;
    CHECK_EQUAL(errno, EMFILE);
    CHECK_EQUAL(last, 19);
    trap_request_stale(fd, "/few-stale", answer);
    CHECK_FAILS(dup(fd), EMFILE);
    for (int i = 0; i < 20; i++)
        CHECK(fcntl(i, F_GETFD) >= 0);
    CHECK_EQUAL(close_range((unsigned)fd, 19, 0), 0);
    CHECK_EQUAL(setrlimit(RLIMIT_NOFILE, &all), 0);
}

static void use_number(struct trap_server *server, int number)
{
    int low = trap_connect(server);
    CHECK_EQUAL(dup2(low, number), number);
    CHECK_EQUAL(close(low), 0);
    struct trap_answer answer = trap_request(number, "/high");
    trap_go_stale();
    answer = trap_request(number, "/high-stale");
    if (number < 1 << 20) /* numbers that are higher still are let alone */
        CHECK(!trap_repairs() || answer.request == 1);
    CHECK_EQUAL(close(number), 0);
}

int main(void)
{
    struct trap_server *server = trap_serve();
    none_left(server);
    static const int numbers[] = {65535, 65536, 70000, (1 << 20) - 1, 1 << 20, (1 << 20) + 7};
    rlim_t most = kernel_limit();
    struct rlimit high = {most, most};
    if (setrlimit(RLIMIT_NOFILE, &high) != 0)
        trap_skip("not allowed to raise the limit of descriptors");
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        if ((rlim_t)numbers[i] < most)
            use_number(server, numbers[i]);
    CHECK_EQUAL(server->broken, 0);
    closefrom(3);
    puts("every number");
}
