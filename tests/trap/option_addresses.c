/* SPDX-License-Identifier: MIT
 *
 * IPv4, IPv6 and IPv4 through an IPv6 socket (as Java connects), unbound, bound to an address, and
 * bound to a port, too: after a reconnect getpeername() says the same peer, and getsockname() the
 * same local address, and the same port where the program chose it. A shim that keeps the address in
 * one family's form cannot connect the other family's socket.
 */
#include <netinet/in.h>

#include "peer.h"

enum binding { UNBOUND, BOUND_ADDRESS, BOUND_PORT };

struct names {
    struct sockaddr_storage own, other;
};

static struct names names_of(int fd)
{
    struct names names = {0};
    socklen_t length = sizeof names.own;
    CHECK_EQUAL(getsockname(fd, (struct sockaddr *)&names.own, &length), 0);
    length = sizeof names.other;
    CHECK_EQUAL(getpeername(fd, (struct sockaddr *)&names.other, &length), 0);
    return names;
}

/* The port stands at the same place in both families. */
static void check_names(struct names before, struct names after, enum binding binding)
{
    CHECK(!memcmp(&before.other, &after.other, sizeof before.other));
    if (binding != BOUND_PORT)
        ((struct sockaddr_in *)&after.own)->sin_port = ((struct sockaddr_in *)&before.own)->sin_port;
    CHECK(!memcmp(&before.own, &after.own, sizeof before.own));
}

/* bind() to port 0 is not that: the kernel keeps only a port that was asked for by number. */
static void choose_port(struct sockaddr_storage *own, socklen_t length)
{
    int fd = socket(own->ss_family, SOCK_STREAM, 0);
    CHECK_EQUAL(bind(fd, (struct sockaddr *)own, length), 0);
    CHECK_EQUAL(getsockname(fd, (struct sockaddr *)own, &length), 0);
    close(fd);
}

static void bind_to(int fd, int family, enum binding binding)
{
    struct sockaddr_storage own;
    int on = 1;
    socklen_t length = peer_loopback(family, &own);
    if (family == AF_INET)
        ((struct sockaddr_in *)&own)->sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1);
    if (binding == BOUND_PORT)
        choose_port(&own, length);
    CHECK_EQUAL(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on), 0);
    CHECK_EQUAL(bind(fd, (struct sockaddr *)&own, length), 0);
}

static void keeps_names(struct peer *peer, enum binding binding)
{
    int family = peer->address.ss_family, fd = socket(family, SOCK_STREAM, 0);
    if (binding != UNBOUND)
        bind_to(fd, family, binding);
    CHECK_EQUAL(peer_connect_socket(peer, fd), 0);
    peer_exchange(peer, fd);
    struct names before = names_of(fd);
    for (int turn = 0; turn < 3; turn++) {
        peer_exchange_stale(peer, fd);
        check_names(before, names_of(fd), binding);
    }
    close(fd);
}

/* The IPv6 socket's view of an IPv4 peer. */
static struct peer mapped(struct peer *peer)
{
    struct peer other = *peer;
    struct sockaddr_in6 *six = (struct sockaddr_in6 *)&other.address;
    struct sockaddr_in four = *(struct sockaddr_in *)&peer->address;
    memset(six, 0, sizeof *six);
    six->sin6_family = AF_INET6;
    six->sin6_port = four.sin_port;
    six->sin6_addr.s6_addr[10] = six->sin6_addr.s6_addr[11] = 0xff;
    memcpy(&six->sin6_addr.s6_addr[12], &four.sin_addr, 4);
    other.length = sizeof *six;
    return other;
}

int main(void)
{
    struct peer four = peer_listen(AF_INET, 8);
    for (enum binding binding = UNBOUND; binding <= BOUND_PORT; binding++)
        keeps_names(&four, binding);
    struct peer six = peer_listen(AF_INET6, 8);
    for (enum binding binding = UNBOUND; binding <= BOUND_PORT; binding++)
        keeps_names(&six, binding);
    struct peer both = mapped(&four);
    keeps_names(&both, UNBOUND);
    puts("the same names");
}
