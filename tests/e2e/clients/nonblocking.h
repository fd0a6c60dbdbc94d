/* SPDX-License-Identifier: MIT
 *
 * An exchange on a non-blocking socket. How the program waits for it is the only difference between
 * the poll and the epoll client, so it is a function that they give.
 */
#ifndef NONBLOCKING_H
#define NONBLOCKING_H

#include "client.h"

/* Waits until fd is ready for events (POLLIN or POLLOUT), at most for timeout_ms (-1: for ever). */
typedef void wait_fn(int fd, short events, int timeout_ms);

/* Starts a connection. Returns a non-blocking descriptor that may still be connecting, or -1. */
int nonblocking_connect(const struct job *job);

/* Sends the next request and reads its response. Returns NULL, or what went wrong. */
const char *nonblocking_exchange(struct job *job, int fd, wait_fn *wait);

#endif
