/* SPDX-License-Identifier: MIT
 * flags: -no-pie
 *
 * A program without threads cancels itself, and ends at the next write or read, as POSIX has it. libc makes
 * these calls cancellation points only where there are threads, or after just that: a shim that makes
 * the calls itself where there is one thread lets it live on. The program has its own copy of libc's word for
 * that (R_X86_64_COPY), which does not tell.
 */
#include <stdlib.h>
#include <sys/single_threaded.h>

#include "cancel.h"

static struct peer peer;

static void note(void *noted)
{
    *(bool *)noted = true;
}

static void at_end(int status, void *noted)
{
    if (!*(bool *)noted || status != 0)
        _exit(1);
}

static void cancels_itself(void *data)
{
    static bool noted;
    enum cancel_call call = (enum cancel_call)(intptr_t)data;
    int fd = cancel_connection(&peer, 0, call, true);
    CHECK_EQUAL(on_exit(at_end, &noted), 0);
    pthread_cleanup_push(note, &noted);
    CHECK_EQUAL(pthread_cancel(pthread_self()), 0);
    CHECK(__libc_single_threaded);
    cancel_do(call, fd);
    pthread_cleanup_pop(0);
    _exit(2);
}

int main(void)
{
    peer = peer_listen(AF_INET, 8);
    for (intptr_t call = 0; call < CANCEL_CALLS; call++)
        trap_await_child(trap_fork(cancels_itself, (void *)call), 0);
    puts("cancelled at each call");
}
