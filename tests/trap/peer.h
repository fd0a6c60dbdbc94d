/* SPDX-License-Identifier: MIT
 *
 * For the nonblock_* and option_* traps: a server that is played by the trap itself, one step at a
 * time and in the same thread, by raw system calls. So the trap decides when a connection is
 * accepted, and sees on which one a request arrived. Any family; not the traps' ordinary server.
 */
#ifndef UNSTALE_TRAP_PEER_H
#define UNSTALE_TRAP_PEER_H

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "trap.h"

struct peer {
    struct sockaddr_storage address;
    socklen_t length;
    int listener;
    int fd;            /* the connection accepted last, -1: none */
    unsigned accepted; /* connections; a request's "connection" is one of these numbers */
};

static const char peer_answer[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
static const char peer_request[] = "POST /peer HTTP/1.1\r\nHost: trap\r\nContent-Length: 4\r\n\r\nbody";
enum { PEER_ANSWER_BYTES = sizeof peer_answer - 1, PEER_REQUEST_BYTES = sizeof peer_request - 1 };

/* The loopback address of the family, any port. */
static inline socklen_t peer_loopback(int family, struct sockaddr_storage *address)
{
    memset(address, 0, sizeof *address);
    address->ss_family = (sa_family_t)family;
    if (family == AF_INET6) {
        ((struct sockaddr_in6 *)address)->sin6_addr = in6addr_loopback;
        return sizeof(struct sockaddr_in6);
    }
    ((struct sockaddr_in *)address)->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return sizeof(struct sockaddr_in);
}

static inline struct peer peer_listen(int family, int backlog)
{
    struct peer peer = {.fd = -1};
    socklen_t length = peer_loopback(family, &peer.address);
    peer.listener = (int)syscall(SYS_socket, family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (peer.listener < 0 || syscall(SYS_bind, peer.listener, &peer.address, length) < 0)
        trap_skip("no loopback address of the family");
    peer.length = sizeof peer.address;
    CHECK_EQUAL(syscall(SYS_listen, peer.listener, backlog), 0);
    CHECK_EQUAL(syscall(SYS_getsockname, peer.listener, &peer.address, &peer.length), 0);
    return peer;
}

static inline void peer_close(struct peer *peer)
{
    if (peer->fd >= 0)
        syscall(SYS_close, peer->fd);
    syscall(SYS_close, peer->listener);
}

/* Through the shim: a socket and its connection. */
static inline int peer_connect_socket(struct peer *peer, int fd)
{
    return connect(fd, (struct sockaddr *)&peer->address, peer->length);
}

static inline int peer_client(struct peer *peer)
{
    int fd = socket(peer->address.ss_family, SOCK_STREAM, 0);
    CHECK(fd >= 0);
    CHECK_EQUAL(peer_connect_socket(peer, fd), 0);
    return fd;
}

/* Takes the next connection in place of the one before. */
static inline void peer_accept(struct peer *peer)
{
    if (peer->fd >= 0)
        syscall(SYS_close, peer->fd);
    peer->fd = (int)syscall(SYS_accept4, peer->listener, NULL, NULL, SOCK_CLOEXEC);
    CHECK(peer->fd >= 0);
    peer->accepted++;
}

static inline bool peer_has(int fd)
{
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    struct timespec limit = {0, 20000000};
    return fd >= 0 && syscall(SYS_ppoll, &wait, 1, &limit, NULL, 8) == 1;
}

/* Reads `wanted` bytes from the client, from whichever connection brings them. */
static inline void peer_take(struct peer *peer, size_t wanted)
{
    char room[4096];
    size_t got = 0;
    uint64_t end_ms = trap_now_ms() + 10000;
    while (got < wanted) {
        CHECK(trap_now_ms() < end_ms);
        if (peer_has(peer->listener)) {
            peer_accept(peer);
            got = 0;
        }
        if (!peer_has(peer->fd))
            continue;
        long count = syscall(SYS_recvfrom, peer->fd, room, sizeof room, 0, NULL, NULL);
        got += count > 0 ? (size_t)count : 0;
    }
    CHECK_EQUAL(got, wanted);
}

static inline void peer_put(struct peer *peer)
{
    CHECK_EQUAL(syscall(SYS_sendto, peer->fd, peer_answer, PEER_ANSWER_BYTES, MSG_NOSIGNAL, NULL, 0),
                PEER_ANSWER_BYTES);
}

/* Waits until `fd` is ready for `events`. */
static inline void peer_await(int fd, short events)
{
    struct pollfd wait = {.fd = fd, .events = events};
    CHECK_EQUAL(poll(&wait, 1, 10000), 1);
    CHECK(!(wait.revents & (POLLERR | POLLNVAL)));
}

/* The client's half: sends a whole request, blocking or not. */
static inline void peer_send(int fd, int flags)
{
    ssize_t sent;
    while ((sent = send(fd, peer_request, PEER_REQUEST_BYTES, flags | MSG_NOSIGNAL)) < 0) {
        CHECK_EQUAL(errno, EAGAIN);
        peer_await(fd, POLLOUT);
    }
    CHECK_EQUAL(sent, PEER_REQUEST_BYTES);
}

static inline void peer_receive(int fd)
{
    char room[PEER_ANSWER_BYTES];
    size_t got = 0;
    while (got < sizeof room) {
        peer_await(fd, POLLIN);
        ssize_t count = recv(fd, room + got, sizeof room - got, 0);
        CHECK(count > 0);
        got += (size_t)count;
    }
    CHECK(!memcmp(room, peer_answer, sizeof room));
}

/* A connection over a socket of these flags, blocking or not. */
static inline int peer_client_of(struct peer *peer, int socket_flags)
{
    int fd = socket(AF_INET, SOCK_STREAM | socket_flags, 0);
    if (peer_connect_socket(peer, fd) != 0)
        CHECK_EQUAL(errno, EINPROGRESS);
    peer_await(fd, POLLOUT);
    return fd;
}

/* A whole exchange; returns the number of the connection that it went over. */
static inline unsigned peer_exchange(struct peer *peer, int fd)
{
    peer_send(fd, 0);
    peer_take(peer, PEER_REQUEST_BYTES);
    peer_put(peer);
    peer_receive(fd);
    return peer->accepted;
}

/* The same on a connection gone stale; demands the repair where there is a shim. */
static inline void peer_exchange_stale(struct peer *peer, int fd)
{
    unsigned before = peer->accepted;
    trap_go_stale();
    peer_exchange(peer, fd);
    CHECK_EQUAL(peer->accepted - before, trap_repairs());
}

#endif
