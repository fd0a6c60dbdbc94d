/* SPDX-License-Identifier: MIT
 *
 * What the doors note of connections and their registrations with epoll, without the system calls.
 */
#ifndef UNSTALE_TESTS_UNIT_REGISTERED_H
#define UNSTALE_TESTS_UNIT_REGISTERED_H

#include <stdint.h>

#include "connection/connection.h"

/* As after connect(). */
struct connection *tracked(int fd);

/* As after close(), and socket() that gives the number anew. */
void forget(int fd);

/* As after epoll_ctl(EPOLL_CTL_ADD) and epoll_ctl(EPOLL_CTL_MOD). */
void added(int set, int fd, uint32_t events, uint64_t data);
void changed(int set, int fd, uint32_t events, uint64_t data);

#endif
