/* SPDX-License-Identifier: MIT
 *
 * See peek.h. rt_sigprocmask looks at the set before it looks at `how` (kernel/signal.c), so with a
 * `how` that does not exist it answers EINVAL for memory that is there, EFAULT for memory that is
 * not, and changes nothing. process_vm_readv would do for all pages at once, but sandboxes refuse it
 * (containers/common, so Podman and CRI-O, where the container has no CAP_SYS_PTRACE) or kill for it.
 */
#include "base/peek.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/sys.h"

enum { PAGE_BYTES = 4096, NO_SUCH_HOW = -1 };

/* True when the 8 bytes around `at`, and so its page, are there. */
static bool is_readable(uintptr_t at)
{
    return SYS_CALL(SYS_rt_sigprocmask, NO_SUCH_HOW, at & ~(uintptr_t)7, NULL, 8, 0, 0) == -EINVAL;
}

size_t peek_memory(const void *from, void *to, size_t count)
{
    uintptr_t at = (uintptr_t)from;
    size_t there = 0;
    while (there < count && is_readable(at + there))
        there += PAGE_BYTES - (at + there) % PAGE_BYTES;
    if (there > count)
        there = count;
    if (there) /* or `from` may be null */
        memcpy(to, from, there);
    return there;
}
