/* SPDX-License-Identifier: MIT
 *
 * Gathers the facts of a verdict: what the connection remembers, corrected by what the kernel says.
 * Changes nothing.
 */
#ifndef UNSTALE_REPAIR_FACTS_H
#define UNSTALE_REPAIR_FACTS_H

#include <stdbool.h>

#include "connection/exchange.h"
#include "connection/kernel.h"
#include "connection/opening.h"
#include "verdict/verdict.h"

/* What a question is about. */
struct question {
    struct connection *connection;
    int fd;
    enum moment moment;
    enum phase phase;     /* before a repair claimed it */
    enum opening opening; /* of the bytes to be written; OPENING_UNKNOWN at a probe */
    bool watched; /* in this very call, or registered with epoll */
    bool awaited;
};

/* True when bytes went by without us, or the framing has lost track. */
bool facts_unseen(const struct connection *connection, const struct kernel_view *view);

/* False when the kernel does not know the connection: then nothing may be done. */
bool facts_gather(const struct question *question, struct facts *facts, struct kernel_view *view);

#endif
