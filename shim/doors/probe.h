/* SPDX-License-Identifier: MIT
 *
 * What poll() and select() have in common: a look at one descriptor of their set.
 */
#ifndef UNSTALE_DOORS_PROBE_H
#define UNSTALE_DOORS_PROBE_H

#include <stdbool.h>

#include "connection/connection.h"

/* The program watches `fd` for reading in this very call. Evicts its connection if that is due. True:
 * the kernel was asked, and time has passed. */
bool probe_descriptor(int fd);

/* True when `fd` is tracked, and so its readiness may be that of a reconnect under way; waits for
 * the end of that. */
bool probe_await(int fd);

#endif
