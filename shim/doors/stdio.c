/* SPDX-License-Identifier: MIT
 *
 * The doors of stdio on a socket. What a FILE writes and reads goes past our other doors, inside libc;
 * the kernel's counters show it. fdopen() marks the connection: who reads then is the calling thread,
 * one call at a time. fflush() is where a program that writes its request by fprintf() sends it: the
 * connection is repaired before that, as before any write. A request that leaves the FILE by another
 * way (a full buffer, a line end, fclose) is not repaired, nor is a stream of wide characters, whose
 * bytes do not exist before the flush. Not async-signal-safe, as stdio is not.
 */
#include <stdio.h>
#include <stdio_ext.h>

#include "base/compiler.h"
#include "base/next.h"
#include "connection/descriptors.h"
#include "doors/outgoing.h"

EXPORTED FILE *fdopen(int fd, const char *mode)
{
    struct connection *connection = descriptor_connection(fd);
    if (UNLIKELY(connection != NULL))
        atomic_store(&connection->stdio, 1);
    return next.fdopen(fd, mode);
}

/* The caller holds the stream's lock, so what is pending stays what it is. `_IO_write_base` is where
 * glibc keeps it, and a positive `_mode` is a stream of wide characters (<bits/types/struct_FILE.h>,
 * part of its ABI). */
static int flush_locked(struct connection *connection, int fd, FILE *file)
{
    size_t pending = __fpending(file);
    struct outgoing outgoing;
    struct outgoing_source source = {.buffer = file->_IO_write_base, .count = pending};
    if (!pending || file->_mode > 0)
        return next.fflush(file);
    if (!outgoing_begin(&outgoing, connection, fd, &source))
        return EOF;
    int result = next.fflush(file);
    size_t left = __fpending(file);
    (void)outgoing_end_unseen(&outgoing, left < pending ? (ssize_t)(pending - left) : -1);
    return result;
}

EXPORTED int fflush(FILE *file)
{
    int fd = file ? fileno(file) : -1;
    struct connection *connection = descriptor_connection(fd);
    if (LIKELY(!connection))
        return next.fflush(file);
    flockfile(file);
    int result = flush_locked(connection, fd, file);
    funlockfile(file);
    return result;
}
