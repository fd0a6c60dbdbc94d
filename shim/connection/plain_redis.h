/* SPDX-License-Identifier: MIT
 *
 * Plain exchanges (plain.h) of Redis: commands that redis.h lists and their replies, all of them whole in
 * their piece but for a last bulk string, which may go on in the next ones. What is not so is the
 * parser's (redis_resume). Pure.
 */
#ifndef UNSTALE_CONNECTION_PLAIN_REDIS_H
#define UNSTALE_CONNECTION_PLAIN_REDIS_H

#include "connection/plain.h"

/* False: declined, and nothing has changed. */
bool plain_redis_sent(struct plain *plain, struct plain_left *left, const unsigned char *bytes,
                      size_t count);
bool plain_redis_received(struct plain *plain, struct plain_left *left, const unsigned char *bytes,
                          size_t count);

#endif
