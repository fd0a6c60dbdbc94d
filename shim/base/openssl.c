/* SPDX-License-Identifier: MIT
 *
 * See openssl.h. An SSL object tells whose it is: one of its first words points to its SSL_METHOD,
 * which lies in the image of its own libssl (struct ssl_st of OpenSSL 1.1 to 3.1: the second word;
 * from 3.2 on the third and fourth). So two libraries in one process are told apart, and one that was
 * loaded with RTLD_LOCAL, which dlsym(RTLD_NEXT) does not see, is found. It is then kept loaded.
 */
#include "base/openssl.h"

#include <dlfcn.h>
#include <link.h>
#include <stdatomic.h>
#include <string.h>

#include "base/next.h"
#include "base/sys.h"

enum { LIBRARIES_MOST = 8, METHODS_MOST = 64, PROBES = 8, FIRST_WORD = 1, WORDS = 4 };

/* Older glibc keeps these in libdl, under these versions: see next.c. */
#if defined(__x86_64__)
__asm__(".symver openssl_dlvsym, dlvsym@GLIBC_2.2.5");
__asm__(".symver openssl_dladdr1, dladdr1@GLIBC_2.3.3");
#elif defined(__aarch64__)
__asm__(".symver openssl_dlvsym, dlvsym@GLIBC_2.17");
__asm__(".symver openssl_dladdr1, dladdr1@GLIBC_2.17");
#endif
extern void *openssl_dlvsym(void *handle, const char *name, const char *version)
    __attribute__((weak));
extern int openssl_dladdr1(const void *address, Dl_info *info, void **extra, int flags)
    __attribute__((weak));

/* Slots are filled from the first one on and never emptied. */
static TABLE struct library {
    _Atomic(const void *) base; /* where it is loaded; null: a free slot */
    _Atomic bool ready;
    struct openssl functions;
} libraries[LIBRARIES_MOST];

/* The words that are known to point into a library. */
static TABLE struct method {
    _Atomic uintptr_t word;
    _Atomic(const struct openssl *) library;
} methods[METHODS_MOST];

static struct method *method_place(uintptr_t word, unsigned probe)
{
    return &methods[((word >> 4) * 0x9e3779b1u + probe) % METHODS_MOST];
}

static const struct openssl *find_method(uintptr_t word)
{
    for (unsigned probe = 0; probe < PROBES; probe++) {
        struct method *method = method_place(word, probe);
        uintptr_t known = atomic_load_explicit(&method->word, memory_order_acquire);
        if (known == word)
            return atomic_load_explicit(&method->library, memory_order_acquire);
        if (!known)
            return NULL;
    }
    return NULL;
}

static void note_method(uintptr_t word, const struct openssl *library)
{
    for (unsigned probe = 0; probe < PROBES; probe++) {
        struct method *method = method_place(word, probe);
        uintptr_t none = 0;
        if (!atomic_compare_exchange_strong(&method->word, &none, word) && none != word)
            continue;
        atomic_store(&method->library, library);
        return;
    }
}

/* The loaded object that `address` lies in. */
static const struct link_map *object_of(const void *address, const void **base)
{
    Dl_info info;
    void *map = NULL;
    if (!openssl_dladdr1 || !openssl_dladdr1(address, &info, &map, RTLD_DL_LINKMAP))
        return NULL;
    *base = info.dli_fbase;
    return map;
}

static void *find_function(void *handle, const char *name, bool *whole)
{
    void *found = openssl_dlvsym(handle, name, OPENSSL_VERSION);
    *whole &= found != NULL;
    return found;
}

static void drop_session(void *ssl, void *session, CRYPTO_EX_DATA *data, int index, long number,
                         void *library)
{
    (void)ssl, (void)data, (void)index, (void)number;
    if (session)
        ((const struct openssl *)library)->SSL_SESSION_free(session);
}

/* A duplicate of an SSL object does not share the session that was kept for the first. */
static int forget_in_duplicate(CRYPTO_EX_DATA *to, const CRYPTO_EX_DATA *from, void **session,
                               int index, long number, void *library)
{
    (void)to, (void)from, (void)index, (void)number, (void)library;
    *session = NULL;
    return 1;
}

static void resolve(void *handle, struct openssl *library)
{
    library->whole = true;
#define X(name, result, parameters)                                                                \
    *(void **)&library->name = find_function(handle, #name, &library->whole);
    UNSTALE_INTERPOSED_OPENSSL(X)
    UNSTALE_CALLED_OPENSSL(X)
#undef X
    library->session_index = library->apart_index = -1;
}

static const struct openssl *fill(struct library *library, const struct openssl *functions)
{
    enum { EX_INDEX_SSL = 0 }; /* CRYPTO_EX_INDEX_SSL */
    struct openssl *own = &library->functions;
    *own = *functions;
    if (own->whole) {
        own->apart_index = own->CRYPTO_get_ex_new_index(EX_INDEX_SSL, 0, NULL, NULL, NULL, NULL);
        own->session_index = own->CRYPTO_get_ex_new_index(EX_INDEX_SSL, 0, own, NULL,
                                                          forget_in_duplicate, drop_session);
    }
    atomic_store(&library->ready, true);
    return own;
}

static const struct openssl *await(struct library *library)
{
    while (!atomic_load(&library->ready))
        sys_yield();
    return &library->functions;
}

/* The table's entry for the library at `base`, filled by the first thread that comes. The loader, who
 * has a lock of his own, is asked before a place is claimed and others begin to wait. */
static const struct openssl *enter(const void *base, void *handle)
{
    struct openssl functions;
    resolve(handle, &functions);
    for (unsigned i = 0; i < LIBRARIES_MOST; i++) {
        const void *none = NULL;
        if (atomic_compare_exchange_strong(&libraries[i].base, &none, base))
            return fill(&libraries[i], &functions);
        if (none == base)
            return await(&libraries[i]);
    }
    return NULL;
}

/* The library whose image holds `address`. */
static const struct openssl *find_library(const void *address)
{
    const void *base = NULL, *where = NULL;
    const struct link_map *object = object_of(address, &base);
    if (!object || !openssl_dlvsym)
        return NULL;
    void *handle = next.dlopen(object->l_name, RTLD_LAZY | RTLD_NOLOAD);
    void *found = handle ? openssl_dlvsym(handle, "SSL_write", OPENSSL_VERSION) : NULL;
    if (!found || !object_of(found, &where) || where != base)
        return NULL;
    return enter(base, handle);
}

static COLD const struct openssl *learn(const uintptr_t *words)
{
    const struct openssl *library = NULL;
    for (unsigned i = FIRST_WORD; i < WORDS && !library; i++) {
        library = find_library((const void *)words[i]);
        if (library)
            note_method(words[i], library);
    }
    return library;
}

const struct openssl *openssl_of(const SSL *ssl)
{
    uintptr_t words[WORDS];
    if (!ssl)
        return NULL;
    memcpy(words, ssl, sizeof words);
    for (unsigned i = FIRST_WORD; i < WORDS; i++) {
        const struct openssl *library = find_method(words[i]);
        if (LIKELY(library != NULL))
            return library;
    }
    return learn(words);
}

/* The global scope first, as the loader has it, then the caller's own dependencies. */
void *openssl_next(const char *name, const void *caller)
{
    const void *base = NULL;
    if (!openssl_dlvsym)
        return NULL;
    void *found = openssl_dlvsym(RTLD_NEXT, name, OPENSSL_VERSION);
    const struct link_map *object = found ? NULL : object_of(caller, &base);
    void *handle = object ? next.dlopen(object->l_name, RTLD_LAZY | RTLD_NOLOAD) : NULL;
    return handle ? openssl_dlvsym(handle, name, OPENSSL_VERSION) : found;
}
