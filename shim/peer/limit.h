/* SPDX-License-Identifier: MIT
 *
 * What holds for one peer: the idle limit, where it comes from, and the action. Pure: it reads the
 * settings, which do not change after the constructor.
 */
#ifndef UNSTALE_PEER_LIMIT_H
#define UNSTALE_PEER_LIMIT_H

#include <stdint.h>

#include "base/address.h"
#include "base/settings.h"

/* Where a limit comes from decides what it allows: a built-in one never justifies an eviction. */
enum limit_source { LIMIT_BUILT_IN, LIMIT_LEARNED, LIMIT_EXPLICIT };

/* Just below the 5 s of Apache httpd and Node, the shortest timeouts in wide use (DESIGN 4). */
enum { LIMIT_BUILT_IN_MS = 4000 };

struct peer_policy {
    uint32_t limit_ms;
    enum limit_source source;
    enum settings_action action;
    enum settings_protocol protocol;
};

/* The policy for `peer`: what its narrowest [peer] sections say, then [default], then the built-in.
 * Each setting is looked for on its own, so a section may leave one out. */
struct peer_policy peer_policy_for(const struct address *peer);

#endif
