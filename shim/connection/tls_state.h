/* SPDX-License-Identifier: MIT
 *
 * What a TLS connection remembers between its exchanges too. It stands in an arena of its own, so that
 * connections of other protocols take no memory for it.
 */
#ifndef UNSTALE_CONNECTION_TLS_STATE_H
#define UNSTALE_CONNECTION_TLS_STATE_H

#include <stdint.h>

#include "connection/tls.h"

struct tls_state {
    uint32_t arena_link;
    struct tls tls;
    uint64_t heard_ms; /* coarse clock: when TLS came in last */
};

/* The state in slot *slot, made anew when *slot is 0. Null without memory. Under the connection's
 * try-lock, as tls_state_forget, which gives *slot back, if it is not 0, and sets it to 0. */
struct tls_state *tls_state_open(uint32_t *slot);
void tls_state_forget(uint32_t *slot);

#endif
