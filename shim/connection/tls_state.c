/* SPDX-License-Identifier: MIT
 *
 * See tls_state.h.
 */
#include "connection/tls_state.h"

#include <stddef.h>

#include "base/arena.h"

ARENA(states, struct tls_state);

struct tls_state *tls_state_open(uint32_t *slot)
{
    bool made = !*slot;
    if (made)
        *slot = arena_take(&states);
    if (!*slot)
        return NULL;
    struct tls_state *state = arena_slot(&states, *slot);
    if (made) {
        tls_reset(&state->tls);
        state->heard_ms = 0;
    }
    return state;
}

void tls_state_forget(uint32_t *slot)
{
    if (*slot)
        arena_give(&states, *slot);
    *slot = 0;
}
