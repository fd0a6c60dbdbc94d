/* SPDX-License-Identifier: MIT
 *
 * A connection to nowhere in particular, for the tests that need one. Nothing is opened.
 */
#ifndef UNSTALE_TESTS_UNIT_PEERS_H
#define UNSTALE_TESTS_UNIT_PEERS_H

#include "connection/connection.h"

/* A connection of descriptor `fd` to 127.0.0.1:80 with an explicit limit. Never null. */
struct connection *connection_to_peer(int fd, uint32_t limit_ms);

#endif
