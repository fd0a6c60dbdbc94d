/* SPDX-License-Identifier: MIT
 *
 * A sandbox (seccomp) that answers EPERM to one system call which the program does not need. A shim
 * that needs it must give up the repair before it has begun, not in its middle: the request that
 * would have gone out without a shim still goes out, whole and once.
 */
#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/filter.h>
#include <linux/seccomp.h>

#include "trap.h"

static void forbid(int call)
{
    struct sock_filter steps[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)call, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {sizeof steps / sizeof steps[0], steps};
    CHECK_EQUAL(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
        trap_skip("no seccomp filters here");
}

struct sandbox {
    const struct trap_server *server;
    int call;
    bool looks; /* meets an eviction rather than a reconnect */
};

/* Connections are made before the sandbox closes, as sandboxed programs do. */
static void work(void *data)
{
    struct sandbox *box = data;
    int fd = trap_connect(box->server);
    trap_request(fd, "/before");
    forbid(box->call);
    for (int turn = 0; turn < 2; turn++) {
        struct pollfd look = {.fd = fd, .events = POLLIN};
        trap_go_stale();
        if (box->looks && poll(&look, 1, 0) > 0)
            break; /* evicted */
        trap_request(fd, "/stale");
    }
    close(fd);
}

int main(void)
{
    static const int calls[] = {
        SYS_getsockopt,  SYS_setsockopt, SYS_shutdown,       SYS_ioctl,       SYS_getpeername,
        SYS_fcntl,       SYS_connect,    SYS_rt_sigprocmask, SYS_sched_yield, SYS_getpid,
        SYS_getsockname, SYS_mmap,       SYS_openat,         SYS_gettid,      SYS_process_vm_readv,
        SYS_fstat,
    };
    struct trap_server *server = trap_serve();
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++)
        for (int looks = 0; looks < 2; looks++) {
            struct sandbox box = {server, calls[i], looks};
            pid_t child = trap_fork(work, &box);
            int status = 0;
            CHECK_EQUAL(waitpid(child, &status, 0), child);
            if (status)
                trap_fail(__FILE__, __LINE__, "system call %d forbidden, %s: status %#x", calls[i],
                          looks ? "looks" : "writes", (unsigned)status);
        }
    CHECK_EQUAL(server->broken, 0);
    puts("sandboxed");
}
