/* SPDX-License-Identifier: MIT
 *
 * A handler runs on an alternate stack that holds little more than the kernel's own frame, with an
 * unmapped page below it, and writes a request on a stale connection there: the write asks, repairs
 * and follows the request on that stack. A shim with a buffer on the stack runs off its end.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "trap.h"

enum { PAGE = 4096, FILL = 0x5a };

static int fd;
static volatile ssize_t sent;
static volatile bool raw;

static void on_signal(int number)
{
    static const char request[] = "GET /handler HTTP/1.1\r\nHost: trap\r\n\r\n";
    (void)number;
    sent = raw ? syscall(SYS_write, fd, request, sizeof request - 1)
               : send(fd, request, sizeof request - 1, MSG_NOSIGNAL);
}

/* `bytes` of stack that end at a page's end, in pages of their own behind a forbidden one. */
static char *make_stack(size_t bytes)
{
    size_t pages = (bytes + PAGE - 1) / PAGE;
    char *memory = mmap(NULL, (pages + 1) * PAGE, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(memory != MAP_FAILED);
    CHECK_EQUAL(mprotect(memory, PAGE, PROT_NONE), 0);
    memset(memory + PAGE, FILL, pages * PAGE);
    return memory + (pages + 1) * PAGE - bytes;
}

/* The lowest byte of the page that was written to; what lies below the stack counts as overrun. */
static long overrun_bytes(const char *stack)
{
    const char *lowest = (const char *)((uintptr_t)stack & ~(uintptr_t)(PAGE - 1));
    while (lowest < stack && *lowest == FILL)
        lowest++;
    return stack - lowest;
}

static void try_with(size_t bytes)
{
    stack_t stack = {.ss_sp = make_stack(bytes), .ss_size = bytes};
    struct trap_answer last = trap_request(fd, "/before");
    CHECK_EQUAL(sigaltstack(&stack, NULL), 0);
    trap_go_stale();
    sent = 0;
    CHECK_EQUAL(raise(SIGUSR1), 0);
    CHECK(sent > 0);
    struct trap_answer answer = trap_read_answer(fd);
    CHECK(!strcmp(answer.body, "/handler"));
    trap_check_repaired(last, answer);
    CHECK_EQUAL(overrun_bytes(stack.ss_sp), 0);
}

/* How much of an ample stack the handler takes when it sends by a raw system call, or by send(). The
 * kernel's frame is most of it; _SC_MINSIGSTKSZ counts processor state that this program never uses. */
static size_t measure(bool raw_call)
{
    enum { AMPLE = 64 * 1024 };
    char *memory = make_stack(AMPLE);
    stack_t stack = {.ss_sp = memory, .ss_size = AMPLE};
    CHECK_EQUAL(sigaltstack(&stack, NULL), 0);
    raw = raw_call;
    trap_go_stale();
    CHECK_EQUAL(raise(SIGUSR1), 0);
    trap_read_answer(fd);
    raw = false;
    size_t untouched = 0;
    while (memory[untouched] == FILL)
        untouched++;
    return AMPLE - untouched;
}

int main(void)
{
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_ONSTACK};
    struct trap_server *server = trap_serve();
    fd = trap_connect(server);
    CHECK_EQUAL(sigaction(SIGUSR1, &action, NULL), 0);
    trap_request(fd, "/first");
    size_t frame = measure(true);
    close(fd);
    fd = trap_connect(server); /* one without unseen bytes */
    trap_request(fd, "/first");
    fprintf(stderr, "the kernel's frame takes %zu bytes, send() %zu more\n", frame,
            measure(false) - frame);
    try_with(frame + 2048);
    try_with(frame + 4096);
    puts("stayed on the stack");
}
