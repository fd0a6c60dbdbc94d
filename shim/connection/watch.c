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

struct watch watch_first_page[PAGE];
static _Atomic(struct watch *) pages[DESCRIPTORS_MOST / PAGE]; /* but for the first one */

static struct watch *page_at(size_t page)
{
    return page ? atomic_load_explicit(&pages[page], memory_order_acquire) : watch_first_page;
}

static struct watch *page_made(unsigned page)
{
    const size_t bytes = PAGE * sizeof(struct watch);
    struct watch *none = NULL;
    long memory = SYS_CALL(SYS_mmap, 0, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
                           -1, 0);
    if (memory < 0 && memory > -4096)
        return NULL;
    if (!atomic_compare_exchange_strong(&pages[page], &none, (struct watch *)memory))
        (void)SYS_CALL(SYS_munmap, memory, bytes, 0, 0, 0, 0);
    return atomic_load(&pages[page]);
}

NOINLINE struct watch *watch_far(int fd, bool make)
{
    if ((unsigned)fd >= DESCRIPTORS_MOST)
        return NULL;
    unsigned number = (unsigned)fd / PAGE;
    struct watch *page = page_at(number);
    if (!page && make)
        page = page_made(number);
    return page ? page + fd % PAGE : NULL;
}

void watch_forget(int fd)
{
    struct watch *watch = watch_at(fd, false);
    if (watch && atomic_load_explicit(&watch->events, memory_order_relaxed))
        watch_clear(watch);
}

const struct watch *watch_of(int fd)
{
    const struct watch *watch = watch_at(fd, false);
    return watch && atomic_load(&watch->events) ? watch : NULL;
}

bool watch_reads(int fd)
{
    const struct watch *watch = watch_of(fd);
    return watch && !atomic_load(&watch->slot) &&
           atomic_load(&watch->events) & (EPOLLIN | EPOLLRDHUP);
}

void watch_leave(int fd, const struct connection *connection)
{
    struct watch *watch = watch_at(fd, false);
    if (!watch || !atomic_load(&watch->events) || atomic_load(&connection->references) < 2)
        return;
    atomic_store(&watch->incarnation, atomic_load(&connection->incarnation));
    atomic_store(&watch->slot, connection->slot);
}

void watch_connected(int fd)
{
    struct watch *watch = watch_at(fd, false);
    if (watch)
        atomic_store_explicit(&watch->slot, 0, memory_order_relaxed);
}

void watch_copied(int fd)
{
    struct watch *watch = watch_at(fd, false);
    if (watch && !atomic_load(&watch->slot))
        watch_clear(watch);
}

/* Whose registration that of number `fd` is; null: of none that lives. */
static struct connection *connection_of(const struct watch *watch, int fd)
{
    uint32_t slot = atomic_load(&watch->slot);
    if (!atomic_load(&watch->events))
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
        if (atomic_load(&watch->data) != search->data || atomic_load(&watch->set) != search->set)
            continue;
        struct connection *connection = connection_of(watch, first + i);
        if (!connection)
            continue;
        search->count += connection != search->connection;
        search->connection = connection;
        search->events = atomic_load(&watch->events);
    }
}

struct connection *watch_find(int set, uint64_t data, uint32_t *events)
{
    struct search search = {.set = set, .data = data};
    for (int i = 0; i < DESCRIPTORS_MOST / PAGE; i++) {
        const struct watch *page = page_at((size_t)i);
        if (page)
            search_page(&search, page, i * PAGE);
    }
    *events = search.events;
    return search.count == 1 ? search.connection : NULL;
}
