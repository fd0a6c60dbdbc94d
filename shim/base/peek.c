/* SPDX-License-Identifier: MIT
 *
 * See peek.h. The kernel copies page by page, so a range that begins well is read up to the first
 * page that is not there.
 *
 * Some sandboxes refuse process_vm_readv (containers/common, so Podman and CRI-O, where the container
 * has no CAP_SYS_PTRACE). There the kernel is asked whether each page can be read, and then it is read
 * plainly: rt_sigprocmask looks at the set before it looks at `how`, so with a `how` that does not
 * exist it answers EINVAL for memory that is there, EFAULT for memory that is not, and does nothing.
 */
#include "base/peek.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/uio.h>

#include "base/sys.h"

enum { PAGE_BYTES = 4096, NO_SUCH_HOW = -1 };

/* True when the 8 bytes around `at` are there. */
static bool is_readable(uintptr_t at)
{
    return SYS_CALL(SYS_rt_sigprocmask, NO_SUCH_HOW, at & ~(uintptr_t)7, NULL, 8, 0, 0) == -EINVAL;
}

static size_t read_plainly(uintptr_t at, void *to, size_t count)
{
    size_t there = 0;
    while (there < count && is_readable(at + there))
        there += PAGE_BYTES - (at + there) % PAGE_BYTES;
    if (there > count)
        there = count;
    memcpy(to, (const void *)at, there);
    return there;
}

size_t peek_memory(const void *from, void *to, size_t count)
{
    uintptr_t at = (uintptr_t)from;
    size_t first = PAGE_BYTES - at % PAGE_BYTES;
    if (first > count)
        first = count;
    struct iovec local = {to, count};
    struct iovec remote[2] = {{(void *)at, first}, {(void *)(at + first), count - first}};
    long copied = SYS_CALL(SYS_process_vm_readv, sys_getpid(), &local, 1, remote, 2, 0);
    if (copied >= 0 || copied == -EFAULT)
        return copied < 0 ? 0 : (size_t)copied;
    return read_plainly(at, to, count);
}
