/* SPDX-License-Identifier: MIT
 *
 * connect() on a non-blocking socket as libuv, curl and hiredis do it: EINPROGRESS, a wait, SO_ERROR,
 * a second and a third connect() that say 0 and EISCONN. A failed one gives the program its own
 * ECONNREFUSED and lets the socket be connected elsewhere. A shim that starts over at each connect()
 * loses the connection, and one that repairs a socket which was never connected hides the failure.
 */
#include <errno.h>
#include <fcntl.h>

#include "peer.h"

static int socket_error(int fd)
{
    int error = -1;
    socklen_t length = sizeof error;
    CHECK_EQUAL(getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length), 0);
    return error;
}

static int new_socket(void)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    CHECK(fd >= 0);
    return fd;
}

/* 0 as well: a loopback handshake may be over at once. The first connect() after a failed one says
 * ECONNABORTED, and only the next one begins (__inet_stream_connect in net/ipv4/af_inet.c). */
static void begin(struct peer *peer, int fd)
{
    int result = peer_connect_socket(peer, fd);
    if (result < 0 && errno == ECONNABORTED)
        result = peer_connect_socket(peer, fd);
    CHECK(result == 0 || errno == EINPROGRESS);
    peer_await(fd, POLLOUT);
    CHECK_EQUAL(socket_error(fd), 0);
    result = peer_connect_socket(peer, fd);
    CHECK(result == 0 || errno == EISCONN);
    CHECK_FAILS(peer_connect_socket(peer, fd), EISCONN);
}

static void connects_again(struct peer *peer)
{
    int fd = new_socket();
    begin(peer, fd);
    peer_exchange(peer, fd);
    CHECK_FAILS(peer_connect_socket(peer, fd), EISCONN);
    peer_exchange_stale(peer, fd);
    CHECK_FAILS(peer_connect_socket(peer, fd), EISCONN);
    close(fd);
}

/* A port on which nobody listens. */
static void closed_port(struct sockaddr_storage *address, socklen_t *length)
{
    struct peer gone = peer_listen(AF_INET, 1);
    *address = gone.address;
    *length = gone.length;
    peer_close(&gone);
}

static void refused_then_good(struct peer *peer)
{
    struct sockaddr_storage address;
    socklen_t length;
    struct pollfd wait = {.fd = new_socket(), .events = POLLOUT};
    closed_port(&address, &length);
    int result = connect(wait.fd, (struct sockaddr *)&address, length);
    CHECK(result < 0 && (errno == EINPROGRESS || errno == ECONNREFUSED));
    if (errno == EINPROGRESS) {
        CHECK_EQUAL(poll(&wait, 1, 10000), 1);
        CHECK_EQUAL(wait.revents, POLLOUT | POLLERR | POLLHUP);
        CHECK_EQUAL(socket_error(wait.fd), ECONNREFUSED);
    }
    trap_go_stale();
    CHECK_FAILS(send(wait.fd, "GET / HTTP/1.1\r\n", 16, MSG_NOSIGNAL), EPIPE);
    CHECK_EQUAL(recv(wait.fd, &result, 1, 0), 0);
    begin(peer, wait.fd);
    peer_exchange(peer, wait.fd);
    peer_exchange_stale(peer, wait.fd);
    close(wait.fd);
}

/* The error is still there when the program writes without having looked. */
static void refused_and_not_looked(void)
{
    struct sockaddr_storage address;
    socklen_t length;
    int fd = new_socket();
    closed_port(&address, &length);
    int result = connect(fd, (struct sockaddr *)&address, length);
    bool later = result < 0 && errno == EINPROGRESS;
    trap_go_stale();
    CHECK_FAILS(send(fd, "GET / HTTP/1.1\r\n", 16, MSG_NOSIGNAL), later ? ECONNREFUSED : EPIPE);
    close(fd);
    fd = socket(AF_INET, SOCK_STREAM, 0);
    CHECK_FAILS(connect(fd, (struct sockaddr *)&address, length), ECONNREFUSED);
    trap_go_stale();
    CHECK_FAILS(send(fd, "GET / HTTP/1.1\r\n", 16, MSG_NOSIGNAL), EPIPE);
    close(fd);
}

int main(void)
{
    struct peer peer = peer_listen(AF_INET, 8);
    connects_again(&peer);
    refused_then_good(&peer);
    refused_and_not_looked();
    peer_close(&peer);
    puts("connected and refused");
}
