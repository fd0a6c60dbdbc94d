/* SPDX-License-Identifier: MIT
 *
 * How many instructions one clock reading takes, the vDSO included, which valgrind cannot see: the
 * child reads the clock between two SIGSTOPs, and is single-stepped from one to the other. Prints
 * one line for each clock. The two raise() calls around it are counted once without a reading and
 * taken off. Where the kernel moves the clock on in the middle of a reading, the vDSO reads it again: the
 * least of some readings is the one that was not disturbed.
 */
#include <err.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

enum { READINGS = 5 };

static void nothing(void)
{
}

/* As the shim reads it. */
static void coarse(void)
{
    struct timespec now;
    clock_read_coarse(&now);
}

static void exact(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
}

static int run_child(void (*measured)(void))
{
    ptrace(PTRACE_TRACEME, 0, NULL, NULL);
    measured(); /* binds the symbols */
    raise(SIGSTOP);
    measured();
    raise(SIGSTOP);
    return 0;
}

static int wait_for(pid_t child)
{
    int status;
    if (waitpid(child, &status, 0) < 0)
        err(1, "waitpid");
    return WIFSTOPPED(status) ? WSTOPSIG(status) : -1;
}

static long steps_of(void (*measured)(void))
{
    long steps = 0;
    pid_t child = fork();
    if (child < 0)
        err(1, "fork");
    if (child == 0)
        _exit(run_child(measured));
    if (wait_for(child) != SIGSTOP)
        errx(1, "the child did not stop");
    do {
        ptrace(PTRACE_SINGLESTEP, child, NULL, NULL);
        steps++;
    } while (wait_for(child) == SIGTRAP);
    ptrace(PTRACE_CONT, child, NULL, NULL);
    wait_for(child);
    return steps;
}

static long least_steps_of(void (*measured)(void))
{
    long least = steps_of(measured);
    for (int i = 1; i < READINGS; i++) {
        long steps = steps_of(measured);
        if (steps < least)
            least = steps;
    }
    return least;
}

int main(void)
{
    clock_start();
    long around = steps_of(nothing);
    printf("coarse %ld\n", least_steps_of(coarse) - around);
    printf("exact %ld\n", least_steps_of(exact) - around);
    return 0;
}
