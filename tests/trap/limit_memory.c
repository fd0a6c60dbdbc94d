/* SPDX-License-Identifier: MIT
 *
 * No more memory is to be had: RLIMIT_AS stands at what is mapped. More connections than a first
 * table holds are opened, used and used again when they are stale. What a shim has no room for it
 * must let pass; one that does not look at what mmap() said writes to address -1.
 */
#include <stdio.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "trap.h"

enum { CONNECTIONS = 600 };

static size_t mapped_bytes(void)
{
    size_t pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    CHECK(file && fscanf(file, "%zu", &pages) == 1);
    fclose(file);
    return pages * (size_t)getpagesize();
}

int main(void)
{
    static int fds[CONNECTIONS];
    struct trap_server *server = trap_serve();
    struct rlimit files = {CONNECTIONS + 100, CONNECTIONS + 100};
    (void)setrlimit(RLIMIT_NOFILE, &files);
    struct rlimit memory = {mapped_bytes(), RLIM_INFINITY};
    CHECK_EQUAL(setrlimit(RLIMIT_AS, &memory), 0);
    CHECK(mmap(NULL, 1 << 20, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED);
    for (int i = 0; i < CONNECTIONS; i++)
        trap_request(fds[i] = trap_connect(server), "/many");
    trap_go_stale();
    for (int i = 0; i < CONNECTIONS; i++)
        trap_request(fds[i], "/many-stale");
    for (int i = 0; i < CONNECTIONS; i++)
        CHECK_EQUAL(close(fds[i]), 0);
    CHECK_EQUAL(server->requests, 2 * CONNECTIONS);
    CHECK_EQUAL(server->broken, 0);
    puts("1200 answers");
}
