/* SPDX-License-Identifier: MIT
 *
 * See next.h. A dlsym() that succeeds allocates nothing; one that fails does (for dlerror), which
 * deadlocks with some allocators, so only the constructor asks for names that libc may lack.
 */
#include "base/next.h"

#include <dlfcn.h>
#include <stddef.h>

#include "base/raw.h"

/* glibc 2.34 moved dlsym from libdl to libc under a new version. The old one is bound, weakly, so
 * that one build serves both and no version above 2.31's is asked for. */
#if defined(__x86_64__)
__asm__(".symver next_dlsym, dlsym@GLIBC_2.2.5");
#elif defined(__aarch64__)
__asm__(".symver next_dlsym, dlsym@GLIBC_2.17");
#endif
extern void *next_dlsym(void *handle, const char *name) __attribute__((weak));

struct next_functions next = {
#define X(name, result, parameters) .name = raw_##name,
    UNSTALE_INTERPOSED(X)
#undef X
};

/* Writes the address of `name` over *pointer if there is one; the raw call stays if there is none. */
static void resolve_one(void *pointer, const char *name)
{
    void *found = next_dlsym(RTLD_NEXT, name);
    if (found)
        *(void **)pointer = found;
}

bool next_resolve(void)
{
    if (!next_dlsym)
        return false;
#define X(name, result, parameters) resolve_one(&next.name, #name);
    UNSTALE_INTERPOSED(X)
#undef X
    return true;
}

void *next_find(const char *name)
{
    return next_dlsym ? next_dlsym(RTLD_NEXT, name) : NULL;
}

void *next_find_variable(const char *name)
{
    return next_dlsym(RTLD_DEFAULT, name);
}
