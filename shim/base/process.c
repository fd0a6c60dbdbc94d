/* SPDX-License-Identifier: MIT
 *
 * See process.h. The kernel's own call blocks signals, because glibc's pthread_sigmask keeps its
 * internal signals open (NPTL: SIGCANCEL, SIGSETXID).
 */
#include "base/process.h"

#include <pthread.h>
#include <signal.h>
#include <stddef.h>

#include "base/next.h"
#include "base/sys.h"

_Atomic uint32_t process_copies;
_Atomic uint32_t process_last_fork;
_Atomic bool process_vforked;

static const char unknown;
const char *process_single_threaded = &unknown;

static _Atomic int owner;
static void (*in_child)(void);

void process_note_fork(void)
{
    uint32_t last = atomic_load(&process_last_fork);
    uint32_t number = atomic_fetch_add(&process_copies, 1) + 1;
    while ((int32_t)(number - last) > 0 &&
           !atomic_compare_exchange_weak(&process_last_fork, &last, number))
        ;
}

static void after_fork_in_child(void)
{
    atomic_store(&owner, sys_getpid());
    in_child();
}

void process_start(void (*forked_in_child)(void))
{
    const char *single_threaded = next_find_variable("__libc_single_threaded");
    if (single_threaded)
        process_single_threaded = single_threaded;
    in_child = forked_in_child;
    atomic_store(&owner, sys_getpid());
    (void)pthread_atfork(process_note_fork, NULL, after_fork_in_child);
}

bool process_is_owner(void)
{
    return sys_getpid() == atomic_load(&owner);
}

signal_set process_block_signals(void)
{
    signal_set all = ~(signal_set)0;
    signal_set before = 0;
    (void)SYS_CALL(SYS_rt_sigprocmask, SIG_BLOCK, &all, &before, sizeof all, 0, 0);
    return before;
}

void process_restore_signals(signal_set before)
{
    (void)SYS_CALL(SYS_rt_sigprocmask, SIG_SETMASK, &before, NULL, sizeof before, 0, 0);
}

static const signal_set only_pipe = (signal_set)1 << (SIGPIPE - 1);

bool process_begin_pipe_hold(void)
{
    signal_set before = only_pipe;
    (void)SYS_CALL(SYS_rt_sigprocmask, SIG_BLOCK, &only_pipe, &before, sizeof before, 0, 0);
    return !(before & only_pipe);
}

void process_end_pipe_hold(bool raised)
{
    const struct timespec now = {0};
    if (raised)
        (void)SYS_CALL(SYS_rt_sigtimedwait, &only_pipe, NULL, &now, sizeof only_pipe, 0, 0);
    (void)SYS_CALL(SYS_rt_sigprocmask, SIG_UNBLOCK, &only_pipe, NULL, sizeof only_pipe, 0, 0);
}
