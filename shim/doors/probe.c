/* SPDX-License-Identifier: MIT
 *
 * See probe.h.
 */
#include "doors/probe.h"

#include "base/clock.h"
#include "connection/descriptors.h"
#include "connection/due.h"
#include "repair/repair.h"

bool probe_descriptor(int fd, bool awaited)
{
    struct connection *connection = descriptor_connection(fd);
    if (!connection || connection_phase(connection) != PHASE_BETWEEN ||
        !connection_is_evictable(connection) ||
        clock_coarse_ms() < atomic_load(&connection->due_ms))
        return false;
    repair_at_probe(connection, fd, awaited);
    return true;
}

bool probe_await(int fd)
{
    struct connection *connection = descriptor_connection(fd);
    if (!connection)
        return false;
    connection_await_repair(connection);
    return true;
}
