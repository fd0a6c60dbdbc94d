/* SPDX-License-Identifier: MIT
 *
 * The socket options that a rule asks for: TCP keepalive, for peers behind a NAT or a load balancer
 * that forgets silent connections, and TCP_USER_TIMEOUT. What the program has set itself stays.
 */
#ifndef UNSTALE_CONNECTION_OPTIONS_H
#define UNSTALE_CONNECTION_OPTIONS_H

#include "peer/limit.h"

/* Learns what the kernel gives to a new socket, so that what a program has set can be told from it.
 * Called by the constructor where a rule asks for keepalive. */
void options_learn(void);

/* Sets what the rules ask for. No system call where it asks for nothing. */
void options_apply(int fd, const struct peer_extras *extras);

#endif
