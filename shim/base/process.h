/* SPDX-License-Identifier: MIT
 *
 * Which process this memory belongs to, and who else may hold its sockets.
 *
 * A vfork child runs in its parent's memory: its process id differs from the owner's, and it must
 * change nothing here. A fork child that glibc knows of becomes the owner of its copy; one that was
 * made by _Fork or a raw clone never does, and passes everything through.
 */
#ifndef UNSTALE_BASE_PROCESS_H
#define UNSTALE_BASE_PROCESS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"

/* Numbers the processes that this one and its forebears have made since the constructor: by fork, and
 * otherwise (posix_spawn, system, popen, vfork). A connection that was opened at a lower number may be
 * held by another process too; by those that were not forked, only where it is not close-on-exec. */
HIDDEN extern _Atomic uint32_t process_copies;

/* The number of the latest one that was forked. */
HIDDEN extern _Atomic uint32_t process_last_fork;

/* True when there was a fork since process_copies was `copies`. */
static inline bool process_has_forked_since(uint32_t copies)
{
    return (int32_t)(atomic_load(&process_last_fork) - copies) > 0;
}

/* Before _Fork(), which calls no fork handlers. */
void process_note_fork(void);

/* libc's own __libc_single_threaded, where it has one (2.32); else a zero. */
HIDDEN extern const char *process_single_threaded;

/* True when there is surely no thread but this one. */
static inline bool process_is_single_threaded(void)
{
    return *(const volatile char *)process_single_threaded != 0;
}

/* Makes the calling process the owner and registers the fork handlers. `forked_in_child` runs in
 * each new child, before any other code of ours. */
void process_start(void (*forked_in_child)(void));

/* True when this process was started here, or forked from here in glibc's sight. Asks the kernel
 * (215 ns): for repairs only. */
bool process_is_owner(void);

/* Set by the door of vfork(), for ever. */
HIDDEN extern _Atomic bool process_vforked;

/* True when this memory is not a parent's whose vfork child we are. A system call only where vfork()
 * was ever called; a child of a raw clone(CLONE_VM) is not noticed, and what it closes is then
 * forgotten here: the connection is not repaired, which is safe. */
static inline bool process_owns_memory(void)
{
    return !atomic_load_explicit(&process_vforked, memory_order_relaxed) || process_is_owner();
}

/* A set of signals as the kernel has it: 64 bits. */
typedef uint64_t signal_set;

/* The calling thread, by the address of its control block: no system call. */
static inline uintptr_t process_thread(void)
{
    return (uintptr_t)__builtin_thread_pointer();
}

/* Blocks every signal of this thread, glibc's own (cancellation, setuid) too, so that what comes
 * next is done as one piece. Returns what was blocked before. */
signal_set process_block_signals(void);
void process_restore_signals(signal_set before);

/* Holds SIGPIPE back from this thread. True: it was not blocked already, and process_end_pipe_hold() must
 * follow, which drops one that the thread itself has `raised` meanwhile. */
bool process_begin_pipe_hold(void);
void process_end_pipe_hold(bool raised);

#endif
