/* SPDX-License-Identifier: MIT
 *
 * limit-per-run: 40s
 * settings: UNSTALE_ACTION=reconnect
 * One thread is parked in a blocking receive while another writes the next request, after an idle
 * time past the limit. The reconnect wakes the parked thread with EOF or an error (DESIGN 3.3); it
 * must see neither, and get the new connection's answer. By recv, read, readv, recvfrom and recvmsg.
 */
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "trap.h"

enum { QUICK_TURNS = 200, QUICK_MS = 5, SLOW_TURNS = 4 };
enum way { RECV, READ, READV, RECVFROM, RECVMSG, WAYS };

static int fd;
static unsigned turns;
static enum way way;
static _Atomic unsigned answered;

static ssize_t receive(char *room, size_t bytes)
{
    struct iovec part = {room, bytes};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    switch (way) {
    case RECV:
        return recv(fd, room, bytes, 0);
    case READ:
        return read(fd, room, bytes);
    case READV:
        return readv(fd, &part, 1);
    case RECVFROM:
        return recvfrom(fd, room, bytes, 0, NULL, NULL);
    default:
        return recvmsg(fd, &message, 0);
    }
}

/* An answer is so short that it comes in one piece. */
static void *read_on(void *data)
{
    (void)data;
    for (unsigned turn = 0; turn < turns; turn++) {
        char answer[512] = "", wanted[32];
        ssize_t count = receive(answer, sizeof answer - 1);
        if (count <= 0)
            trap_fail(__FILE__, __LINE__, "way %d, turn %u: receive gave %zd", way, turn, count);
        snprintf(wanted, sizeof wanted, "\r\n\r\n/turn-%u", turn);
        CHECK(strstr(answer, wanted));
        answered = turn + 1;
    }
    return NULL;
}

static void try_with(struct trap_server *server)
{
    pthread_t reader;
    fd = trap_connect(server);
    answered = 0;
    CHECK_EQUAL(pthread_create(&reader, NULL, read_on, NULL), 0);
    for (unsigned turn = 0; turn < turns; turn++) {
        char path[32];
        while (answered < turn)
            trap_sleep_ms(1);
        snprintf(path, sizeof path, "/turn-%u", turn);
        if (turn < SLOW_TURNS)
            trap_go_stale();
        else
            trap_sleep_ms(QUICK_MS);
        trap_send_request(fd, path);
    }
    pthread_join(reader, NULL);
    close(fd);
}

int main(void)
{
    struct trap_server *server = trap_serve();
    turns = trap_turns(QUICK_TURNS) + SLOW_TURNS;
    for (way = RECV; way < WAYS; way++)
        try_with(server);
    CHECK_EQUAL(server->requests, turns * WAYS);
    CHECK_EQUAL(server->broken, 0);
    if (trap_repairs())
        CHECK(server->accepted >= WAYS * (SLOW_TURNS - 1));
    else
        CHECK_EQUAL(server->accepted, WAYS);
    if (trap_mode() == TRAP_HARSHEST)
        fprintf(stderr, "%u reconnects\n", server->accepted - WAYS);
    puts("the parked thread saw answers only");
}
