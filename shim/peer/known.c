/* SPDX-License-Identifier: MIT
 *
 * See known.h. A direct-mapped table of 64-bit fingerprints (FNV-1a over address and port); two peers
 * in one place take turns, and two with one fingerprint are as likely as a broken memory.
 */
#include "peer/known.h"

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

enum { PLACES = 1024 };

static _Atomic uint64_t fingerprints[PLACES];

static uint64_t mix(uint64_t hash, uint8_t byte)
{
    return (hash ^ byte) * 0x100000001b3ULL;
}

static uint64_t fingerprint(const struct address *peer)
{
    uint64_t hash = 0xcbf29ce484222325ULL;
    for (size_t i = 0; i < sizeof peer->bytes; i++)
        hash = mix(hash, peer->bytes[i]);
    hash = mix(hash, (uint8_t)(peer->port >> 8));
    hash = mix(hash, (uint8_t)peer->port);
    return hash ? hash : 1;
}

void peer_note_known(const struct address *peer)
{
    uint64_t print = fingerprint(peer);
    atomic_store_explicit(&fingerprints[print % PLACES], print, memory_order_relaxed);
}

bool peer_is_known(const struct address *peer)
{
    uint64_t print = fingerprint(peer);
    return atomic_load_explicit(&fingerprints[print % PLACES], memory_order_relaxed) == print;
}
