/* SPDX-License-Identifier: MIT
 *
 * See peers.h.
 */
#include "lib/peers.h"

#include <stdlib.h>

struct connection *connection_to_peer(int fd, uint32_t limit_ms)
{
    const struct address peer = {
        .bytes = {[10] = 0xff, 0xff, 127, 0, 0, 1}, .port = 80, .family = AF_INET};
    const struct peer_policy policy = {
        .limit_ms = limit_ms, .source = LIMIT_EXPLICIT, .action = ACTION_AUTO};
    struct connection *connection = connection_new(fd, &peer, &policy, 0);
    if (!connection)
        abort();
    return connection;
}
