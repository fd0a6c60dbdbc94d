/* SPDX-License-Identifier: MIT
 *
 * Does to a connection what the doors of a write and a read do, with the kernel's answer made up:
 * claim, begin, so many bytes accepted, end.
 */
#ifndef UNSTALE_TESTS_UNIT_TRAFFIC_H
#define UNSTALE_TESTS_UNIT_TRAFFIC_H

#include "connection/exchange.h"

/* One buffer of a string. */
#define STRING_PART(words) {(void *)(uintptr_t)(words), strlen(words)}

/* The two halves of a write. */
struct exchange_write write_begins(struct connection *connection);
void write_ends(struct exchange_write *write, const char *words, ssize_t accepted);

/* The program writes `words` and the kernel takes `accepted` of them (-1: EAGAIN). */
void writes(struct connection *connection, const char *words, ssize_t accepted);
void writes_all(struct connection *connection, const char *words);

/* The program reads `words`. */
void reads(struct connection *connection, const char *words);

#endif
