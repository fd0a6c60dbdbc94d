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

#endif
