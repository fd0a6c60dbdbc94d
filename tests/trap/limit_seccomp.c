/* SPDX-License-Identifier: MIT
 *
 * A sandbox (seccomp) that answers EPERM to one system call which the program does not need. A shim
 * that needs it must give up the repair before it has begun, not in its middle: the request that
 * would have gone out without a shim still goes out, whole and once. With process_vm_readv forbidden,
 * as Podman does, it is repaired all the same.
 */
#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/socket.h>
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
    struct trap_answer before = trap_request(fd, "/before");
    forbid(box->call);
    for (int turn = 0; turn < 2; turn++) {
        struct pollfd look = {.fd = fd, .events = POLLIN};
        trap_go_stale();
        if (box->looks && poll(&look, 1, 0) > 0)
            break; /* evicted */
        CHECK_FAILS(send(fd, (void *)16, 64, MSG_NOSIGNAL), EFAULT); /* not a SIGSEGV of ours */
        struct trap_answer after = trap_request(fd, "/stale");
        if (box->call == SYS_process_vm_readv)
            trap_check_repaired(before, after);
        before = after;
    }
    close(fd);
}

static void check(pid_t child, const struct sandbox *box)
{
    int status = 0;
    CHECK_EQUAL(waitpid(child, &status, 0), child);
    if (status)
        trap_fail(__FILE__, __LINE__, "system call %d forbidden, %s: status %#x", box->call,
                  box->looks ? "looks" : "writes", (unsigned)status);
}

int main(void)
{
    static const int calls[] = {
        SYS_getsockopt,  SYS_setsockopt, SYS_shutdown,       SYS_ioctl,       SYS_getpeername,
        SYS_fcntl,       SYS_connect,    SYS_rt_sigprocmask, SYS_sched_yield, SYS_getpid,
        SYS_getsockname, SYS_mmap,       SYS_openat,         SYS_gettid,      SYS_process_vm_readv,
        SYS_fstat,
    };
    enum { CALLS = sizeof calls / sizeof calls[0] };
    struct trap_server *server = trap_serve();
    struct sandbox boxes[2 * CALLS];
    pid_t children[2 * CALLS];
    for (int i = 0; i < 2 * CALLS; i++) {
        boxes[i] = (struct sandbox){server, calls[i / 2], i % 2};
        children[i] = trap_fork(work, &boxes[i]);
    }
    for (int i = 0; i < 2 * CALLS; i++)
        check(children[i], &boxes[i]);
    CHECK_EQUAL(server->broken, 0);
    puts("sandboxed");
}
