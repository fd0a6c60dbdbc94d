/* SPDX-License-Identifier: MIT
 *
 * The decision: what may be done to a connection at a moment, from plain facts. Pure: no system
 * call, no global, no clock. verdict.c reads like the table of docs/decision.md, which a test
 * compares with it for every combination of the facts.
 */
#ifndef UNSTALE_VERDICT_VERDICT_H
#define UNSTALE_VERDICT_VERDICT_H

#include <stdbool.h>

/* When we are asked. */
enum moment {
    MOMENT_FIRST_WRITE, /* the first byte of a new exchange is about to leave */
    MOMENT_PROBE,       /* the program looks whether the idle connection is still good */
    MOMENT_PARKED,      /* the program is about to wait, or waits, for events */
    MOMENT_COUNT
};

/* What runs over the connection, as far as a repair cares. */
enum traffic {
    TRAFFIC_FRESH_KNOWN, /* no byte moved; a request, to a peer that has answered such before */
    TRAFFIC_FRESH,       /* no byte moved; what looks like a request, to a peer not known yet */
    TRAFFIC_HTTP1,       /* the framing is followed, or the kernel shows that it rests */
    TRAFFIC_STATELESS, /* Redis or memcached: nothing left behind in it, or what can be repeated */
    TRAFFIC_HTTPS,     /* HTTP/1 in a TLS session that we can follow and resume */
    TRAFFIC_TLS,       /* TLS whose inside we cannot read, or cannot resume */
    TRAFFIC_OTHER,     /* anything else: its state may live in the connection */
    TRAFFIC_COUNT
};

enum wish { WISH_AUTO, WISH_RECONNECT, WISH_EVICT, WISH_COUNT };

struct facts {
    enum moment moment;
    enum traffic traffic;
    enum wish wish;     /* the action set for the peer */
    bool between;       /* no exchange is open, as far as can be told */
    bool quiet;         /* the kernel holds nothing unsent, and nothing unread that counts */
    bool half_closed;   /* the program has shut the connection down for writing */
    bool named;         /* the user's rule names this protocol for the peer */
    bool bound;         /* the connection itself is authenticated */
    bool unseen;        /* bytes went by without us */
    bool peer_closed;   /* FIN or RST received, or one side said that it will close */
    bool expired;       /* idle time has reached the limit */
    bool aged;          /* its lifetime is over */
    bool suspended;     /* reconnects to the peer have failed, one after the other */
    bool limit_is_firm; /* the limit is explicit or well learned, not the built-in guess */
    bool outlived;      /* a connection of the peer that had rested for shorter was found closed */
    bool watched;       /* the program would notice an eviction */
    bool awaited;       /* it is waiting for this connection, not having a look */
    bool shared;        /* another process may hold the connection */
    bool foreign; /* another thread than this one wrote last, and may be about to write again */
    bool evicted; /* we have shut it down already */
    bool told;    /* ... and the program has read the end of it */
};

enum verdict { VERDICT_PASS, VERDICT_RECONNECT, VERDICT_EVICT, VERDICT_RESET };

enum reason {
    REASON_PEER_CLOSED, /* repaired: the peer had closed it */
    REASON_LIMIT,       /* repaired: idle time reached the limit */
    REASON_LIFETIME,    /* repaired: its lifetime is over */
    REASON_EVICTED,     /* repaired: we had evicted it */
    REASON_OUTLIVED,    /* repaired: another one, at rest for shorter, was closed */
    REASON_NOT_STALE,
    REASON_IN_EXCHANGE,
    REASON_NOT_QUIET,
    REASON_HALF_CLOSED,
    REASON_BOUND,
    REASON_UNSEEN,
    REASON_PROTOCOL,
    REASON_SOFT_LIMIT, /* a built-in limit, or an age, does not justify it */
    REASON_NOT_WATCHED,
    REASON_WATCHED, /* an eviction would have been right, had there been time for it */
    REASON_AWAITED, /* what it waits for may be more of a response that we cannot read */
    REASON_SHARED,
    REASON_FOREIGN,      /* the next write of its own thread will reconnect it */
    REASON_WISH,         /* the peer's action does not allow it */
    REASON_SUSPENDED,    /* the peer is not to be bothered for a while */
    REASON_PEER_SAYS_SO, /* the kernel itself will tell the program */
    REASON_COUNT
};

struct decision {
    enum verdict verdict;
    enum reason reason;
};

struct decision verdict_decide(const struct facts *facts);

/* Words for the log: "reconnect", "peer-closed". Static strings. */
const char *verdict_name(enum verdict verdict);
const char *verdict_reason_name(enum reason reason);

#endif
