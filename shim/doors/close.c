/* SPDX-License-Identifier: MIT
 *
 * The doors through which a descriptor ends, or a connection is shut down. The table forgets a
 * number before the kernel does: afterwards another thread may have it already.
 */
#include <linux/close_range.h>
#include <unistd.h>

#include "base/next.h"
#include "base/process.h"
#include "connection/descriptors.h"

static COLD void forget(int fd)
{
    if (process_owns_memory())
        descriptor_clear(fd);
}

static void forget_range(unsigned first, unsigned last)
{
    int fd = descriptor_next_tracked(first, last);
    if (fd < 0 || !process_owns_memory())
        return;
    for (; fd >= 0; fd = descriptor_next_tracked((unsigned)fd + 1, last))
        descriptor_clear(fd);
}

EXPORTED BUSY int close(int fd)
{
    if (UNLIKELY(descriptor_connection(fd) != NULL))
        forget(fd);
    return next.close(fd);
}

EXPORTED void closefrom(int first)
{
    forget_range(first < 0 ? 0 : (unsigned)first, ~0U);
    next.closefrom(first);
}

EXPORTED int close_range(unsigned first, unsigned last, int flags)
{
    if (!((unsigned)flags & CLOSE_RANGE_CLOEXEC))
        forget_range(first, last);
    return next.close_range(first, last, flags);
}

/* Once the program has shut down a direction, the connection is on its way out: hands off. */
EXPORTED int shutdown(int fd, int how)
{
    struct connection *connection = descriptor_connection(fd);
    if (UNLIKELY(connection != NULL) && process_owns_memory())
        connection_pass(connection);
    return next.shutdown(fd, how);
}
