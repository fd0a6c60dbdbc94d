/* SPDX-License-Identifier: MIT
 *
 * See traffic.h.
 */
#include "lib/traffic.h"

#include <string.h>

struct exchange_write write_begins(struct connection *connection)
{
    enum phase phase = connection_phase(connection);
    struct exchange_write write = {.connection = connection,
                                   .incarnation = atomic_load(&connection->incarnation),
                                   .phase_before = phase};
    if (phase == PHASE_FRESH || phase == PHASE_BETWEEN)
        (void)connection_move(connection, phase, PHASE_OPEN);
    exchange_begin_write(&write);
    return write;
}

void write_ends(struct exchange_write *write, const char *words, ssize_t accepted)
{
    const struct iovec part = STRING_PART(words);
    const struct bytes bytes = {&part, 1};
    exchange_end_write(write, &bytes, accepted);
}

void writes(struct connection *connection, const char *words, ssize_t accepted)
{
    struct exchange_write write = write_begins(connection);
    write_ends(&write, words, accepted);
}

void writes_all(struct connection *connection, const char *words)
{
    writes(connection, words, (ssize_t)strlen(words));
}

void reads(struct connection *connection, const char *words)
{
    const struct iovec part = STRING_PART(words);
    const struct bytes bytes = {&part, 1};
    exchange_received(connection, atomic_load(&connection->incarnation), &bytes, strlen(words));
}
