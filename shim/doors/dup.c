/* SPDX-License-Identifier: MIT
 *
 * The doors through which a descriptor gets another number. Both numbers then lead to the same
 * connection; a number that was taken over leads there no more.
 */
#include <errno.h>
#include <stdarg.h>
#include <unistd.h>

#include "base/next.h"
#include "base/process.h"
#include "connection/blocking.h"
#include "connection/descriptors.h"
#include "connection/secured.h"
#include "connection/watch.h"

/* Lets `to` lead where `from` leads. */
static COLD void follow(int from, int to)
{
    struct connection *connection = descriptor_connection(from);
    int saved = errno;
    if (!process_owns_memory())
        return;
    if (connection) {
        atomic_store(&descriptor_copied, true);
        watch_copied(to);
        connection_hold(connection);
        if (!descriptor_set(to, connection))
            connection_release(connection);
        descriptor_note_tcp(to, true);
    } else {
        descriptor_clear(to);
    }
    errno = saved;
}

EXPORTED int dup(int fd)
{
    int copy = next.dup(fd);
    if (UNLIKELY(descriptor_connection(fd) != NULL) && copy >= 0)
        follow(fd, copy);
    return copy;
}

/* What `to` led to is forgotten before the kernel closes it, so a repair of it has ended; but it is
 * held, for the call may fail and leave everything as it was. Null: nothing was forgotten. */
static struct connection *make_room(int from, int to)
{
    struct connection *taken = descriptor_connection(to);
    if (LIKELY(!taken) || from == to || !process_owns_memory())
        return NULL;
    connection_hold(taken);
    descriptor_clear(to);
    return taken;
}

/* `copy` is what the call returned: -1 puts back what was taken from `to`. */
static int settle(int from, int to, int copy, struct connection *taken)
{
    bool failed = copy < 0;
    if (UNLIKELY(taken != NULL) && (!failed || !descriptor_set(to, taken)))
        connection_release(taken);
    if (UNLIKELY(descriptor_connection(from) != NULL) && !failed && from != to)
        follow(from, copy);
    return copy;
}

EXPORTED int dup2(int from, int to)
{
    struct connection *taken = make_room(from, to);
    return settle(from, to, next.dup2(from, to), taken);
}

EXPORTED int dup3(int from, int to, int flags)
{
    struct connection *taken = make_room(from, to);
    return settle(from, to, next.dup3(from, to, flags), taken);
}

static NOINLINE int follow_fcntl(int fd, int command, long argument, int result)
{
    struct connection *connection = descriptor_connection(fd);
    if (result < 0 || !connection)
        return result;
    if (command == F_DUPFD || command == F_DUPFD_CLOEXEC) {
        follow(fd, result);
    } else if (command == F_SETFL) {
        blocking_forget(connection);
        secured_note_flags(connection, argument & O_NONBLOCK);
    }
    return result;
}

/* Every command's argument fits a long; the next function takes it as its own type, as libc does. */
#define FCNTL(name, fd, command)                                                                   \
    va_list arguments;                                                                             \
    va_start(arguments, command);                                                                  \
    long argument = va_arg(arguments, long);                                                       \
    va_end(arguments);                                                                             \
    struct connection *connection = descriptor_connection(fd);                                     \
    if (LIKELY(!connection))                                                                       \
        return next.name(fd, command, argument);                                                   \
    if (command == F_SETFL)                                                                        \
        blocking_forget(connection);                                                               \
    return follow_fcntl(fd, command, argument, next.name(fd, command, argument))

EXPORTED int fcntl(int fd, int command, ...)
{
    FCNTL(fcntl, fd, command);
}

EXPORTED int fcntl64(int fd, int command, ...)
{
    FCNTL(fcntl64, fd, command);
}
