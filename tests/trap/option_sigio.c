/* SPDX-License-Identifier: MIT
 *
 * Signal-driven input: O_ASYNC with F_SETSIG. While an answer is outstanding no signal may tell of a
 * hang-up or an error, however long it takes and however often the program looks; and an exchange
 * driven by these signals works on an idle connection as well. A shim that disconnects without need
 * shows as POLL_HUP and POLL_ERR. (A reconnect itself does send them: the kernel reports the moment.)
 */
#include <fcntl.h>
#include <signal.h>

#include "peer.h"

static volatile sig_atomic_t inputs, hangups;

static void count(int signal, siginfo_t *info, void *context)
{
    (void)signal, (void)context;
    if (info->si_code == POLL_IN)
        inputs++;
    else if (info->si_code == POLL_HUP || info->si_code == POLL_ERR)
        hangups++;
}

static int signalling_client(struct peer *peer)
{
    struct sigaction action = {.sa_sigaction = count, .sa_flags = SA_SIGINFO | SA_RESTART};
    int fd = peer_client(peer);
    CHECK_EQUAL(sigaction(SIGRTMIN, &action, NULL), 0);
    CHECK_EQUAL(fcntl(fd, F_SETOWN, getpid()), 0);
    CHECK_EQUAL(fcntl(fd, F_SETSIG, SIGRTMIN), 0);
    CHECK_EQUAL(fcntl(fd, F_SETFL, O_ASYNC | O_NONBLOCK), 0);
    return fd;
}

static void await_input(int before)
{
    uint64_t end_ms = trap_now_ms() + 10000;
    while (inputs == before)
        CHECK((trap_sleep_ms(1), trap_now_ms() < end_ms));
}

static void exchange_by_signal(struct peer *peer, int fd)
{
    char room[PEER_ANSWER_BYTES];
    peer_send(fd, 0);
    peer_take(peer, PEER_REQUEST_BYTES);
    int before = inputs;
    peer_put(peer);
    await_input(before);
    CHECK_EQUAL(recv(fd, room, sizeof room, 0), sizeof room);
}

static void outstanding(struct peer *peer, int fd)
{
    struct pollfd look = {.fd = fd, .events = POLLIN};
    peer_send(fd, 0);
    peer_take(peer, PEER_REQUEST_BYTES);
    int before = hangups;
    for (int turn = 0; turn < 3; turn++) {
        trap_go_stale();
        CHECK_EQUAL(poll(&look, 1, 0), 0);
    }
    CHECK_EQUAL(hangups, before);
    peer_put(peer);
    peer_receive(fd);
}

int main(void)
{
    struct peer peer = peer_listen(AF_INET, 8);
    int fd = signalling_client(&peer);
    exchange_by_signal(&peer, fd);
    outstanding(&peer, fd);
    CHECK_EQUAL(hangups, 0);
    for (int turn = 0; turn < 3; turn++) {
        trap_go_stale();
        exchange_by_signal(&peer, fd);
    }
    if (!trap_repairs())
        CHECK_EQUAL(hangups, 0);
    fprintf(stderr, "hang-ups and errors told: %d\n", hangups);
    close(fd);
    puts("driven by signals");
}
