/* SPDX-License-Identifier: MIT
 *
 * The door of dlopen(). RTLD_DEEPBIND lets a library find its own dependencies before the preloaded
 * ones, that is, past us (PHP loads its extensions so): the flag is taken away. The next dlopen()
 * looks at its return address for the caller's RUNPATH, so this must be a tail call; a test looks.
 */
#include <dlfcn.h>

#include "base/compiler.h"
#include "base/next.h"
#include "doors/start.h"

EXPORTED void *dlopen(const char *file, int flags)
{
    return next.dlopen(file, shim_active ? flags & ~RTLD_DEEPBIND : flags);
}
