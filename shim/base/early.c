/* SPDX-License-Identifier: MIT
 *
 * The functions of raw.h that no system call does: called before the constructor, each looks for its
 * next definition at once. Where there is none, the call fails as if it were not supported.
 */
#include <errno.h>
#include <stddef.h>

#include "base/raw.h"

/* Calls the next `name` with `arguments`, or fails with `failure`. */
#define EARLY(name, failure, arguments)                                                            \
    __typeof__(next.name) found = (__typeof__(next.name))next_find(#name);                         \
    if (!found) {                                                                                  \
        errno = ENOSYS;                                                                            \
        return failure;                                                                            \
    }                                                                                              \
    return found arguments

int raw_posix_spawn(pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions,
                    const posix_spawnattr_t *attributes, char *const *arguments,
                    char *const *environment)
{
    EARLY(posix_spawn, ENOSYS, (pid, path, actions, attributes, arguments, environment));
}

int raw_posix_spawnp(pid_t *pid, const char *file, const posix_spawn_file_actions_t *actions,
                     const posix_spawnattr_t *attributes, char *const *arguments,
                     char *const *environment)
{
    EARLY(posix_spawnp, ENOSYS, (pid, file, actions, attributes, arguments, environment));
}

int raw_system(const char *command)
{
    EARLY(system, -1, (command));
}

FILE *raw_popen(const char *command, const char *type)
{
    EARLY(popen, NULL, (command, type));
}

int raw_fflush(FILE *file)
{
    EARLY(fflush, EOF, (file));
}

FILE *raw_fdopen(int fd, const char *mode)
{
    EARLY(fdopen, NULL, (fd, mode));
}

void *raw_dlopen(const char *file, int flags)
{
    EARLY(dlopen, NULL, (file, flags));
}

int raw_getaddrinfo(const char *name, const char *service, const struct addrinfo *hints,
                    struct addrinfo **list)
{
    EARLY(getaddrinfo, EAI_SYSTEM, (name, service, hints, list));
}

int raw_getaddrinfo_a(int mode, struct gaicb *list[], int count, struct sigevent *event)
{
    EARLY(getaddrinfo_a, EAI_SYSTEM, (mode, list, count, event));
}

int raw_gai_error(struct gaicb *request)
{
    EARLY(gai_error, EAI_SYSTEM, (request));
}

struct hostent *raw_gethostbyname(const char *name)
{
    EARLY(gethostbyname, NULL, (name));
}

struct hostent *raw_gethostbyname2(const char *name, int family)
{
    EARLY(gethostbyname2, NULL, (name, family));
}

int raw_gethostbyname_r(const char *name, struct hostent *room, char *buffer, size_t bytes,
                        struct hostent **host, int *error)
{
    EARLY(gethostbyname_r, ENOSYS, (name, room, buffer, bytes, host, error));
}

int raw_gethostbyname2_r(const char *name, int family, struct hostent *room, char *buffer,
                         size_t bytes, struct hostent **host, int *error)
{
    EARLY(gethostbyname2_r, ENOSYS, (name, family, room, buffer, bytes, host, error));
}
