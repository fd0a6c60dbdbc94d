/* SPDX-License-Identifier: MIT
 *
 * What the kernel says of a socket, and whether it is still the one that we think it is. These are
 * the only system calls made to decide on a repair: TCP_INFO (710 ns) always, SIOCINQ where unread
 * bytes are possible, getpeername and SO_COOKIE to identify; kcmp where a connection is in several sets.
 */
#ifndef UNSTALE_CONNECTION_KERNEL_H
#define UNSTALE_CONNECTION_KERNEL_H

#include <stdbool.h>
#include <stdint.h>

#include "connection/connection.h"

struct kernel_view {
    uint32_t idle_ms;  /* since the last byte in either direction */
    bool open;         /* established, or closed by the peer: it was connected */
    bool connecting;   /* SYN_SENT, or never connected */
    bool peer_closed;  /* FIN or RST received */
    bool fin;          /* ... a FIN, and nothing after it, or the alert of TLS (tls_end.h) */
    bool half_closed;  /* we have sent a FIN */
    bool last_inbound; /* the last byte moved surely came from the peer */
    bool resent;       /* what is unacknowledged was sent more than once */
    uint32_t quiet_ms; /* since the last segment from the peer with an ACK; a FIN has one */
    uint32_t rtt_us;
    uint32_t rttvar_us;
    uint32_t unsent_bytes;   /* not yet sent, or not yet acknowledged */
    uint32_t unread_bytes;   /* received and not read by the program */
    uint64_t sent_bytes;     /* accepted from the program since connect(), by any route */
    uint64_t received_bytes; /* handed to the program since connect(), by any route */
};

/* Fills *view. `expected_bytes` is what the program has received as far as we know: where the kernel
 * counts the same, nothing is unread and one system call is saved. False when `fd` is no TCP socket
 * that this kernel (4.19 or later) tells about, or a security filter forbids to ask. */
bool kernel_ask(int fd, uint64_t expected_bytes, struct kernel_view *view);

/* True when `fd` is the socket that `connection` stands for. The first time: the same peer, and
 * SO_COOKIE is remembered; from then on the same cookie. */
bool kernel_identifies(int fd, struct connection *connection);

/* True when `fd` is registered, under this very number, with the epoll set of number `set`: kcmp(2), Linux
 * 4.13, which goes through the set's registrations one by one (4 us at 900 of them). Where there is no
 * kcmp(), or a security filter forbids it (Docker's own does), true when `set` leads to an epoll set. */
bool kernel_has_in_set(int fd, int set);

#endif
