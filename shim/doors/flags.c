/* SPDX-License-Identifier: MIT
 *
 * The door of ioctl(), for FIONBIO alone: it changes whether calls may wait, as F_SETFL does (dup.c).
 */
#include <sys/ioctl.h>

#include "base/next.h"
#include "connection/blocking.h"
#include "connection/descriptors.h"

static NOINLINE int change_blocking(int fd, unsigned long request, void *argument)
{
    struct connection *connection = descriptor_connection(fd);
    if (!connection)
        return next.ioctl(fd, request, argument);
    blocking_forget(connection);
    int result = next.ioctl(fd, request, argument);
    blocking_forget(connection);
    return result;
}

/* Every request's argument fits a pointer, and stands where a third one that is declared would: so the door is
 * one jump. */
EXPORTED int ioctl_fixed(int fd, unsigned long request, void *argument) __asm__("ioctl");

int ioctl_fixed(int fd, unsigned long request, void *argument)
{
    if (LIKELY(request != FIONBIO))
        return next.ioctl(fd, request, argument);
    return change_blocking(fd, request, argument);
}
