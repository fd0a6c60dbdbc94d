/* SPDX-License-Identifier: MIT
 *
 * The next definition of each interposed function: libc's, or that of another preload behind us.
 * Until next_resolve() has run (other libraries' constructors come before ours) every pointer leads
 * to the raw system call of raw.c.
 */
#ifndef UNSTALE_BASE_NEXT_H
#define UNSTALE_BASE_NEXT_H

#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>

#include "base/compiler.h"
#include "base/interposed.h"

/* libc's headers declare the fortified twins only to fortified code. */
ssize_t __read_chk(int, void *, size_t, size_t);
ssize_t __recv_chk(int, void *, size_t, size_t, int);
ssize_t __recvfrom_chk(int, void *, size_t, size_t, int, struct sockaddr *, socklen_t *);
int __poll_chk(struct pollfd *, nfds_t, int, size_t);
int __ppoll_chk(struct pollfd *, nfds_t, const struct timespec *, const sigset_t *, size_t);

struct next_functions {
#define X(name, result, parameters) result(*name) parameters;
    UNSTALE_INTERPOSED(X)
#undef X
};

HIDDEN extern struct next_functions next;

/* Finds the next definitions with dlsym(RTLD_NEXT). Called by the constructor, once, before there
 * is a second thread of ours. False where libdl is missing (glibc before 2.34 keeps dlsym there, and
 * we may not depend on it): the raw calls stay. */
bool next_resolve(void);

/* Finds one function alone, for a call that comes before the constructor. Null: there is none. */
void *next_find(const char *name);

/* Finds a variable where the program finds it, which may hold a copy of libc's. Null: there is none.
 * For the constructor only, as next_resolve. */
void *next_find_variable(const char *name);

#endif
