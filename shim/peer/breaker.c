/* SPDX-License-Identifier: MIT
 *
 * See breaker.h. The failures stand in a ring as long as their number: the place that the next one
 * takes holds the oldest, so all of them lie within the window if that one does.
 */
#include "peer/breaker.h"

#include "peer/peer.h"
#include "record/log.h"

static void say_so(const struct peer *peer)
{
    struct resolved_name name;
    name_reference reference = peer_latest_name(peer);
    log_peer(&peer->address, names_recall(reference, &name) ? name.words : NULL, "suspend",
             "reconnects-failed");
}

/* One of several threads opens it, and says so. */
static void open_breaker(struct peer *peer, uint64_t now_ms)
{
    uint64_t until_ms = atomic_load(&peer->breaker.open_until_ms);
    if (until_ms <= now_ms && atomic_compare_exchange_strong(&peer->breaker.open_until_ms,
                                                             &until_ms, now_ms + BREAKER_OPEN_MS))
        say_so(peer);
}

void breaker_note_failure(struct peer *peer, uint64_t now_ms)
{
    if (!peer)
        return;
    struct breaker *breaker = &peer->breaker;
    uint32_t number = atomic_fetch_add(&breaker->failures, 1);
    atomic_store(&breaker->failed_ms[number % BREAKER_FAILURES], now_ms);
    uint64_t oldest_ms = atomic_load(&breaker->failed_ms[(number + 1) % BREAKER_FAILURES]);
    peer_note(peer, PEER_RECONNECT_FAILED);
    if (oldest_ms && now_ms - oldest_ms <= BREAKER_WINDOW_MS)
        open_breaker(peer, now_ms);
}

bool breaker_is_open(const struct peer *peer, uint64_t now_ms)
{
    uint64_t until_ms =
        peer ? atomic_load_explicit(&peer->breaker.open_until_ms, memory_order_relaxed) : 0;
    return now_ms < until_ms;
}
