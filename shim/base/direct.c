/* SPDX-License-Identifier: MIT
 *
 * See direct.h.
 */
#include "base/direct.h"

#include <gnu/libc-version.h>
#include <link.h>
#include <string.h>

static const char unknown;

bool direct_calls;
const char *direct_alone = &unknown;
void (*direct_test_cancel)(void);

static bool is_within(const struct dl_phdr_info *object, uintptr_t address)
{
    for (unsigned i = 0; i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &object->dlpi_phdr[i];
        if (part->p_type == PT_LOAD && address - object->dlpi_addr - part->p_vaddr < part->p_memsz)
            return true;
    }
    return false;
}

/* Stops at libc, which no preload tells the version of. (Before glibc 2.34 all but epoll_ctl() are libpthread's
 * where that is loaded.) */
static int look_at(struct dl_phdr_info *object, size_t bytes, void *found)
{
    (void)bytes;
    if (!is_within(object, (uintptr_t)gnu_get_libc_version))
        return 0;
    *(bool *)found = is_within(object, (uintptr_t)next.epoll_ctl) &&
                     is_within(object, (uintptr_t)next.write) &&
                     is_within(object, (uintptr_t)next.send) &&
                     is_within(object, (uintptr_t)next.read) &&
                     is_within(object, (uintptr_t)next.recv);
    return 1;
}

/* From 2.36 on libc looks at its own __libc_single_threaded (not at the program's copy of it), and
 * pthread_cancel() clears that too. Elsewhere it is another byte. (2.4 to 2.9 sort behind it, but are shorter.) */
static bool is_known_to_look(void)
{
#if defined(__x86_64__)
    const char *version = gnu_get_libc_version();
    return strncmp(version, "2.", 2) == 0 && strlen(version) >= 4 && strcmp(version, "2.36") >= 0;
#else
    return false;
#endif
}

void direct_start(void)
{
    (void)dl_iterate_phdr(look_at, &direct_calls);
    if (!direct_calls)
        return;
    const char *byte = is_known_to_look() ? next_find("__libc_single_threaded") : NULL;
    if (byte)
        direct_alone = byte;
    *(void **)&direct_test_cancel = next_find("pthread_testcancel");
}
