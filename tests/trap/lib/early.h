/* SPDX-License-Identifier: MIT
 *
 * What the library of start_constructor leaves to the program.
 */
#ifndef UNSTALE_TRAP_EARLY_H
#define UNSTALE_TRAP_EARLY_H

#include "trap.h"

extern struct early {
    struct trap_server *server;
    int fd; /* connected, one exchange done, before any preloaded library has started */
    struct trap_answer last;
} early;

#endif
