/* SPDX-License-Identifier: MIT
 *
 * A connection on real sockets, both ends of it in the test.
 */
#ifndef UNSTALE_TESTS_UNIT_LOOPBACK_H
#define UNSTALE_TESTS_UNIT_LOOPBACK_H

#include <arpa/inet.h>

/* Connects to a listener of its own at `address`, whose port is filled in. The listener is gone then;
 * the address may be taken again. */
void loopback_connect(struct sockaddr_in *address, int *client, int *server);

struct connection;

/* The same, followed with the built-in limit, and with a peer of its own, so that each test begins with no
 * evidence: at an address of its own, as the kernel may give the same port twice. */
struct connection *loopback_connection(int *client, int *server);

#endif
