/* SPDX-License-Identifier: MIT
 *
 * The doors through which another process comes to hold our sockets without a fork handler. They
 * only count (process.h): a connection that may be shared is not evicted.
 */
#include <stdlib.h>
#include <unistd.h>

#include "base/compiler.h"
#include "base/next.h"
#include "base/process.h"

static void note_spawn(void)
{
    atomic_fetch_add(&process_copies, 1);
}

EXPORTED pid_t _Fork(void)
{
    process_note_fork();
    return next._Fork();
}

EXPORTED int posix_spawn(pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions,
                         const posix_spawnattr_t *attributes, char *const *arguments,
                         char *const *environment)
{
    note_spawn();
    return next.posix_spawn(pid, path, actions, attributes, arguments, environment);
}

EXPORTED int posix_spawnp(pid_t *pid, const char *file, const posix_spawn_file_actions_t *actions,
                          const posix_spawnattr_t *attributes, char *const *arguments,
                          char *const *environment)
{
    note_spawn();
    return next.posix_spawnp(pid, file, actions, attributes, arguments, environment);
}

EXPORTED int system(const char *command)
{
    note_spawn();
    return next.system(command);
}

EXPORTED FILE *popen(const char *command, const char *type)
{
    note_spawn();
    return next.popen(command, type);
}
