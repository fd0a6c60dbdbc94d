/* SPDX-License-Identifier: MIT
 *
 * For the cancel_* traps: the calls that the shim may make itself on a connection that is used again, each a
 * cancellation point (pthreads(7)), and the connection.
 */
#ifndef UNSTALE_TRAP_CANCEL_H
#define UNSTALE_TRAP_CANCEL_H

#include <pthread.h>

#include "peer.h"

enum cancel_call { CANCEL_WRITE, CANCEL_SEND, CANCEL_READ, CANCEL_RECV, CANCEL_CALLS };

/* One that has had some exchanges, and, if a read is to come, an answer that waits. */
static inline int cancel_connection(struct peer *peer, int socket_flags, enum cancel_call call,
                                    bool answered)
{
    int fd = peer_client_of(peer, socket_flags);
    for (int i = 0; i < 3; i++)
        peer_exchange(peer, fd);
    if (call == CANCEL_WRITE || call == CANCEL_SEND)
        return fd;
    peer_send(fd, 0);
    peer_take(peer, PEER_REQUEST_BYTES);
    if (answered) {
        peer_put(peer);
        peer_await(fd, POLLIN);
    }
    return fd;
}

static inline ssize_t cancel_do(enum cancel_call call, int fd)
{
    char room[PEER_ANSWER_BYTES];
    switch (call) {
    case CANCEL_WRITE:
        return write(fd, peer_request, PEER_REQUEST_BYTES);
    case CANCEL_SEND:
        return send(fd, peer_request, PEER_REQUEST_BYTES, MSG_NOSIGNAL);
    case CANCEL_READ:
        return read(fd, room, sizeof room);
    default:
        return recv(fd, room, sizeof room, 0);
    }
}

/* The call was cancelled before it did anything; but the shim may have reconnected before it. */
static inline void cancel_check_undone(struct peer *peer, enum cancel_call call, int fd)
{
    char byte;
    if (call == CANCEL_READ || call == CANCEL_RECV) {
        peer_receive(fd);
        return;
    }
    if (peer_has(peer->listener))
        peer_accept(peer);
    CHECK(!peer_has(peer->fd) ||
          syscall(SYS_recvfrom, peer->fd, &byte, 1, MSG_DONTWAIT, NULL, NULL) <= 0);
}

#endif
