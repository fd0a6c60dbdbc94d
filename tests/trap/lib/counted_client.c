/* SPDX-License-Identifier: MIT
 *
 * The client of preload_counting: exchanges by each call that the shim may make itself, on a connection that
 * epoll watches. "threads" as the argument: with a second thread, and on a non-blocking connection.
 */
#include <pthread.h>
#include <sys/epoll.h>

#include "../peer.h"

enum { EXCHANGES = 8 };

static void *wait_for_ever(void *unused)
{
    for (;;)
        pause();
    return unused;
}

static void exchange(struct peer *peer, int fd, int turn)
{
    char room[PEER_ANSWER_BYTES];
    CHECK_EQUAL(turn % 2 ? write(fd, peer_request, PEER_REQUEST_BYTES)
                         : send(fd, peer_request, PEER_REQUEST_BYTES, MSG_NOSIGNAL),
                PEER_REQUEST_BYTES);
    peer_take(peer, PEER_REQUEST_BYTES);
    peer_put(peer);
    peer_await(fd, POLLIN);
    CHECK_EQUAL(turn % 2 ? read(fd, room, sizeof room) : recv(fd, room, sizeof room, 0),
                PEER_ANSWER_BYTES);
}

int main(int count, char **argument)
{
    (void)argument;
    struct peer peer = peer_listen(AF_INET, 8);
    int set = epoll_create1(0);
    pthread_t thread;
    if (count > 1)
        CHECK_EQUAL(pthread_create(&thread, NULL, wait_for_ever, NULL), 0);
    int fd = peer_client_of(&peer, count > 1 ? SOCK_NONBLOCK : 0);
    for (int turn = 0; turn < EXCHANGES; turn++) {
        struct epoll_event event = {.events = 0, .data.fd = fd};
        CHECK_EQUAL(epoll_ctl(set, turn ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &event), 0);
        exchange(&peer, fd, turn);
    }
    CHECK_EQUAL(epoll_ctl(set, EPOLL_CTL_DEL, fd, NULL), 0);
}
