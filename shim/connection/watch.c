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
    return watch && atomic_load(&watch->events) & (EPOLLIN | EPOLLRDHUP);
}

void watch_connected(int fd, const struct connection *connection)
{
    struct watch *watch = watch_at(fd, false);
    if (watch)
        watch_note_connection(watch, connection);
}

static bool is_living(const struct watch *watch)
{
    uint32_t slot = atomic_load(&watch->slot);
    return slot && atomic_load(&watch->events) &&
           atomic_load(&watch->incarnation) == atomic_load(&connection_at(slot)->incarnation);
}

/* True when `watch` speaks of another connection than `found`. */
static bool differs(const struct watch *found, const struct watch *watch)
{
    return !found || atomic_load(&found->slot) != atomic_load(&watch->slot);
}

/* How many connections of the page carry `data`; the last one's registration goes to *found. */
static size_t find_in_page(const struct watch *page, int set, uint64_t data,
                           const struct watch **found)
{
    size_t count = 0;
    for (const struct watch *watch = page; watch < page + PAGE; watch++)
        if (atomic_load(&watch->data) == data && atomic_load(&watch->set) == set &&
            is_living(watch)) {
            count += differs(*found, watch);
            *found = watch;
        }
    return count;
}

const struct watch *watch_find(int set, uint64_t data)
{
    const struct watch *found = NULL;
    size_t count = 0;
    for (size_t i = 0; i < DESCRIPTORS_MOST / PAGE; i++) {
        const struct watch *page = page_at(i);
        if (page)
            count += find_in_page(page, set, data, &found);
    }
    return count == 1 ? found : NULL;
}
