/* SPDX-License-Identifier: MIT
 *
 * See watch.h. Pages of registrations are made when the first descriptor of a page is registered;
 * epoll_ctl() is no async-signal-safe function, but the mmap() here is a plain system call all the
 * same. Without memory a registration is not noted: the connection counts as unwatched.
 */
#include "connection/watch.h"

#include <sys/mman.h>

#include "base/sys.h"
#include "connection/descriptors.h"

enum { PAGE = WATCH_PAGE };

TABLE struct watch watch_first_page[PAGE];
_Atomic unsigned watch_layers = 1;
static TABLE _Atomic(struct watch *) pages[WATCH_LAYERS_MOST][DESCRIPTORS_MOST / PAGE];

INLINE struct watch *page_at(unsigned layer, size_t page)
{
    return layer || page ? atomic_load_explicit(&pages[layer][page], memory_order_acquire)
                         : watch_first_page;
}

static NOINLINE struct watch *page_made(unsigned layer, unsigned page)
{
    const size_t bytes = PAGE * sizeof(struct watch);
    struct watch *none = NULL;
    long memory = SYS_CALL(SYS_mmap, 0, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
                           -1, 0);
    if (memory < 0 && memory > -4096)
        return NULL;
    if (!atomic_compare_exchange_strong(&pages[layer][page], &none, (struct watch *)memory))
        (void)SYS_CALL(SYS_munmap, memory, bytes, 0, 0, 0, 0);
    unsigned layers = atomic_load(&watch_layers);
    while (layers <= layer && !atomic_compare_exchange_weak(&watch_layers, &layers, layer + 1))
        ;
    return atomic_load(&pages[layer][page]);
}

INLINE struct watch *place_of(unsigned layer, int fd, bool make)
{
    if ((unsigned)fd >= DESCRIPTORS_MOST)
        return NULL;
    unsigned number = (unsigned)fd / PAGE;
    struct watch *page = page_at(layer, number);
    if (!page && make)
        page = page_made(layer, number);
    return page ? page + fd % PAGE : NULL;
}

NOINLINE struct watch *watch_far(int fd, bool make)
{
    return place_of(0, fd, make);
}

struct watch *watch_above(unsigned layer, int fd, bool make)
{
    return place_of(layer, fd, make);
}

struct watch *watch_next(unsigned *layer, int fd)
{
    while (*layer < atomic_load(&watch_layers)) {
        struct watch *watch = place_of((*layer)++, fd, false);
        if (watch && watch_is_used(watch))
            return watch;
    }
    return NULL;
}

/* As if the number had never been registered there. */
static void empty(struct watch *watch)
{
    watch_clear(watch);
    atomic_store_explicit(&watch->set, 0, memory_order_relaxed);
}

void watch_forget(int fd)
{
    struct watch *watch;
    for (unsigned layer = 0; (watch = watch_next(&layer, fd));)
        empty(watch);
}

void watch_leave(int fd, const struct connection *connection)
{
    struct watch *watch;
    if (atomic_load(&connection->references) < 2)
        return;
    for (unsigned layer = 0; (watch = watch_next(&layer, fd));) {
        if (!watch_is_registered(watch) || atomic_load(&watch->slot))
            continue;
        atomic_store(&watch->incarnation, atomic_load(&connection->incarnation));
        atomic_store(&watch->slot, connection->slot);
    }
}

void watch_connected(int fd)
{
    struct watch *watch;
    for (unsigned layer = 0; (watch = watch_next(&layer, fd));)
        atomic_store_explicit(&watch->slot, 0, memory_order_relaxed);
}

void watch_copied(int fd)
{
    struct watch *watch;
    for (unsigned layer = 0; (watch = watch_next(&layer, fd));)
        if (!atomic_load(&watch->slot))
            empty(watch);
}

struct connection *watch_connection(const struct watch *watch, int fd)
{
    uint32_t slot = atomic_load(&watch->slot);
    if (!watch_is_registered(watch))
        return NULL;
    if (!slot)
        return descriptor_connection(fd);
    struct connection *connection = connection_at(slot);
    return atomic_load(&watch->incarnation) == atomic_load(&connection->incarnation) ? connection
                                                                                     : NULL;
}

struct search {
    int set;
    uint64_t data;
    size_t count; /* connections that it fits */
    struct connection *connection;
    uint32_t events;
};

static void search_page(struct search *search, const struct watch *page, int first)
{
    for (int i = 0; i < PAGE; i++) {
        const struct watch *watch = page + i;
        if (atomic_load(&watch->data) != search->data || !watch_is_of_set(watch, search->set))
            continue;
        struct connection *connection = watch_connection(watch, first + i);
        if (!connection)
            continue;
        search->count += connection != search->connection;
        search->connection = connection;
        search->events = atomic_load(&watch->events);
    }
}

/* Layer 0 last: where a set is in a layer above it as well, that is an old registration (watch_sets.h). */
struct connection *watch_find(int set, uint64_t data, uint32_t *events)
{
    struct search search = {.set = set, .data = data};
    for (unsigned layer = atomic_load(&watch_layers); layer-- > 0;) {
        for (int i = 0; i < DESCRIPTORS_MOST / PAGE; i++) {
            const struct watch *page = page_at(layer, (size_t)i);
            if (page)
                search_page(&search, page, i * PAGE);
        }
    }
    *events = search.events;
    return search.count == 1 ? search.connection : NULL;
}
