/* SPDX-License-Identifier: MIT
 *
 * The wait of those repairs that cannot do without one, always bounded. Async-signal-safe.
 */
#ifndef UNSTALE_REPAIR_AWAIT_H
#define UNSTALE_REPAIR_AWAIT_H

#include <stdbool.h>
#include <stdint.h>

/* Waits for `events` (poll's) on `fd` until `end_ns` of clock_exact_ns(). False: they did not
 * come. A signal does not end it. */
bool await_socket(int fd, short events, uint64_t end_ns);

#endif
