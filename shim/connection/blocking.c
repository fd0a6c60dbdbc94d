/* SPDX-License-Identifier: MIT
 *
 * See blocking.h.
 */
#include "connection/blocking.h"

#include <fcntl.h>

/* A change between the question and its answer leaves what it has stored. */
void blocking_ask(struct connection *connection, int fd)
{
    uint8_t before = BLOCKING_UNKNOWN;
    if (!atomic_compare_exchange_strong(&connection->blocking, &before, BLOCKING_ASKED))
        return;
    int flags = sys_fcntl(fd, F_GETFL, 0);
    bool never = flags >= 0 && flags & O_NONBLOCK && !atomic_load(&connection->passed_on);
    before = BLOCKING_ASKED;
    atomic_compare_exchange_strong(&connection->blocking, &before,
                                   never ? BLOCKING_NEVER : BLOCKING_PERHAPS);
}

void blocking_forget(struct connection *connection)
{
    uint8_t before = BLOCKING_UNKNOWN;
    if (!atomic_compare_exchange_strong(&connection->blocking, &before, BLOCKING_UNKNOWN))
        atomic_store(&connection->blocking, BLOCKING_PERHAPS);
}
