/* SPDX-License-Identifier: MIT
 *
 * See clock.h. The vDSO is an ELF object that the kernel has mapped into the process: vdso(7). What it says of
 * itself is not relocated.
 */
#include "base/clock.h"

#include <link.h>
#include <stddef.h>
#include <string.h>
#include <sys/auxv.h>

#if defined(__x86_64__)
#define NAME "__vdso_clock_gettime"
#elif defined(__aarch64__)
#define NAME "__kernel_clock_gettime"
#else
#define NAME "" /* no symbol's */
#endif

clock_function_type *clock_function = clock_gettime;

struct vdso {
    uintptr_t offset; /* from the addresses that it says to those that it has */
    const ElfW(Dyn) * about;
    const ElfW(Sym) * symbols;
    const char *names;
    const ElfW(Word) * hashes; /* the second is the number of symbols */
};

static void find_parts(struct vdso *vdso, const ElfW(Ehdr) * header)
{
    const unsigned char *image = (const void *)header;
    const ElfW(Phdr) *part = (const void *)(image + header->e_phoff);
    for (unsigned i = 0; i < header->e_phnum; i++, part++) {
        if (part->p_type == PT_LOAD)
            vdso->offset = (uintptr_t)image + part->p_offset - part->p_vaddr;
        if (part->p_type == PT_DYNAMIC)
            vdso->about = (const void *)(image + part->p_offset);
    }
}

static void find_tables(struct vdso *vdso)
{
    for (const ElfW(Dyn) *entry = vdso->about; entry && entry->d_tag != DT_NULL; entry++) {
        const void *table = (const void *)(vdso->offset + entry->d_un.d_ptr);
        if (entry->d_tag == DT_SYMTAB)
            vdso->symbols = table;
        else if (entry->d_tag == DT_STRTAB)
            vdso->names = table;
        else if (entry->d_tag == DT_HASH)
            vdso->hashes = table;
    }
}

void clock_start(void)
{
    const ElfW(Ehdr) *header = (const void *)getauxval(AT_SYSINFO_EHDR);
    struct vdso vdso = {0};
    if (!header)
        return;
    find_parts(&vdso, header);
    find_tables(&vdso);
    if (!vdso.symbols || !vdso.names || !vdso.hashes)
        return;
    for (ElfW(Word) i = 0; i < vdso.hashes[1]; i++) {
        const ElfW(Sym) *symbol = &vdso.symbols[i];
        if (symbol->st_shndx != SHN_UNDEF && !strcmp(vdso.names + symbol->st_name, NAME))
            clock_function = (clock_function_type *)(vdso.offset + symbol->st_value);
    }
}
