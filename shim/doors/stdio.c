/* SPDX-License-Identifier: MIT
 *
 * The door of fdopen(). What a FILE writes and reads goes past our doors, inside libc; the kernel's
 * counters show it, and that a FILE was made says who reads: the calling thread, one call at a time.
 */
#include <stdio.h>

#include "base/compiler.h"
#include "base/next.h"
#include "connection/descriptors.h"

EXPORTED FILE *fdopen(int fd, const char *mode)
{
    struct connection *connection = descriptor_connection(fd);
    if (UNLIKELY(connection != NULL))
        atomic_store(&connection->stdio, 1);
    return next.fdopen(fd, mode);
}
