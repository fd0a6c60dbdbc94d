/* SPDX-License-Identifier: MIT
 *
 * A sandbox (seccomp) that kills at any system call but those that the program makes itself and those
 * which docs/transparency.md names as the shim's: it holds the page to its word. A reconnect, an
 * eviction, waits cut into pieces, a second thread.
 */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/filter.h>
#include <linux/seccomp.h>

#include "trap.h"

static const unsigned allowed[] = {
    /* the trap's own: exchanges, waits, pauses, the thread's end, messages */
    SYS_sendto, SYS_recvfrom, SYS_clock_nanosleep, SYS_futex, SYS_madvise, SYS_munmap,
    SYS_exit, SYS_exit_group, SYS_write,
#ifdef SYS_poll
    SYS_poll,
#endif
    /* the shim's (and the trap's: clock_gettime) */
    SYS_getsockopt, SYS_shutdown, SYS_connect, SYS_fcntl, SYS_ioctl, SYS_getpeername,
    SYS_rt_sigprocmask, SYS_getpid, SYS_sched_yield, SYS_ppoll, SYS_mmap, SYS_clock_gettime,
};
enum { ALLOWED = sizeof allowed / sizeof allowed[0] };

static void kill_at_others(void)
{
    struct sock_filter steps[2 * ALLOWED + 2] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr))};
    unsigned short count = 1;
    for (int i = 0; i < ALLOWED; i++) {
        steps[count++] =
            (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, allowed[i], 0, 1);
        steps[count++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    }
    steps[count++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);
    struct sock_fprog program = {count, steps};
    CHECK_EQUAL(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
    if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program) != 0)
        trap_skip("no seccomp filters here");
}

struct connections {
    int blocking, watched, threaded;
};

static _Atomic bool started, shut;

/* Parked in a receive while the other thread's request reconnects. */
static void *read_on(void *data)
{
    started = true; /* past the system calls of a thread's beginning */
    while (!shut)
        trap_sleep_ms(1);
    for (int turn = 0; turn < 3; turn++)
        trap_read_answer(*(int *)data);
    return NULL;
}

static void work(void *data)
{
    struct connections *own = data;
    pthread_t reader;
    struct trap_answer last = trap_request(own->blocking, "/first");
    trap_request(own->watched, "/first");
    CHECK_EQUAL(pthread_create(&reader, NULL, read_on, &own->threaded), 0);
    while (!started)
        trap_sleep_ms(1);
    kill_at_others();
    shut = true;
    for (int turn = 0; turn < 3; turn++) {
        last = trap_request_stale(own->blocking, "/stale", last);
        trap_send_request(own->threaded, "/by-thread");
        struct pollfd look = {.fd = own->watched, .events = POLLIN};
        if (poll(&look, 1, 300) == 0) /* not evicted: bare, off */
            trap_request(own->watched, "/watched");
    }
    pthread_join(reader, NULL);
}

int main(void)
{
    struct trap_server *server = trap_serve();
    struct connections own = {trap_connect(server), trap_connect(server), trap_connect(server)};
    trap_await_child(trap_fork(work, &own), 0);
    CHECK_EQUAL(server->broken, 0);
    puts("nothing was killed");
}
