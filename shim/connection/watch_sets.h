/* SPDX-License-Identifier: MIT
 *
 * A connection that is registered in several epoll sets: one number, up to WATCH_LAYERS_MOST sets. What the
 * first set makes of it stands in layer 0 (watch.h), the others' in a layer above that each; so epoll_ctl()
 * of one set does not meet that of another. Nothing waits, nothing is locked: two threads that register one
 * connection in the same instant may lose one of the two, as if there were no room. Where there is none, and
 * for what is no connection (yet), the latest registration counts alone.
 *
 * That a program has closed a set is not seen, and its number may be another set's by now. For events that
 * does no harm: they are compared with what the kernel says of the connection. But a connection that is
 * taken for watched and is not would be evicted unnoticed, while one that is taken for unwatched is let be,
 * which is the safe way: so as soon as a second set comes into play, a set counts only if the kernel says
 * that the connection is in it.
 *
 * Any thread may call these. They make no system call but for memory (the first connection of a thousand
 * numbers in a second set), and watch_reads() that question, of connections in several sets alone.
 */
#ifndef UNSTALE_CONNECTION_WATCH_SETS_H
#define UNSTALE_CONNECTION_WATCH_SETS_H

#include "connection/watch.h"

/* Where the registration that was just added belongs: watch_begin() and watch_note() are due. `first` is
 * the number's place in layer 0, which is not empty. */
struct watch *watch_added(struct watch *first, int fd, int set);

/* Where the registration stands that was just changed: watch_note() is due. `first` is the number's place in
 * layer 0, which has another set. */
struct watch *watch_changed(struct watch *first, int fd, int set);

/* It was taken out of the set. */
void watch_taken_out(int fd, int set);

/* Registered for reading or for the peer's close (DESIGN 3.9), in any set. */
bool watch_reads(int fd);

/* The same without a question to the kernel: false where a second set is in play. */
bool watch_reads_in_one(int fd);

#endif
