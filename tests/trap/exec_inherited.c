/* SPDX-License-Identifier: MIT
 *
 * A connection that is inherited over exec(), as inetd, ssh's ProxyUseFdpass and shells ("exec 3<>
 * /dev/tcp/...") hand them on. The shim in the new program has no history of it: it does not know
 * whether the number is a client's, what runs over it, or who else holds it, so it must let it alone,
 * through dup() and fcntl() too. What the new program opens itself is repaired. A shim that adopts
 * whatever looks connected reconnects an accepted or a half-used connection.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "peer.h"

/* In the new program: fd 5 was a client's, idle; fd 6 a server's; fd 7 a client's with an answer out. */
static void inherited(uint16_t port)
{
    char room[PEER_REQUEST_BYTES];
    struct trap_answer last = trap_request(5, "/inherited");
    trap_go_stale();
    struct pollfd look = {.fd = 5, .events = POLLIN};
    CHECK_EQUAL(poll(&look, 1, 0), 0);
    struct trap_answer now = trap_request(5, "/inherited-stale");
    CHECK_EQUAL(now.connection, last.connection);
    int copy = dup(5);
    trap_go_stale();
    CHECK_EQUAL(trap_request(copy, "/copy-stale").connection, last.connection);
    CHECK_EQUAL(write(6, peer_request, PEER_REQUEST_BYTES), PEER_REQUEST_BYTES);
    trap_go_stale();
    CHECK_EQUAL(write(6, peer_request, PEER_REQUEST_BYTES), PEER_REQUEST_BYTES);
    CHECK_EQUAL(recv(6, room, sizeof room, MSG_WAITALL), sizeof room);
    CHECK(!strcmp(trap_read_answer(7).body, "/left?delay=300"));
    trap_go_stale();
    CHECK_EQUAL(trap_request(7, "/left-stale").request, 2);
    int own = trap_connect_port(port);
    trap_request_stale(own, "/own-stale", trap_request(own, "/own"));
    puts("inherited");
}

static void move(int from, int to)
{
    CHECK_EQUAL(dup2(from, to), to);
    close(from);
}

int main(int count, char **words)
{
    if (count == 2) {
        inherited((uint16_t)atoi(words[1]));
        return 0;
    }
    char port[8], room[PEER_REQUEST_BYTES];
    struct trap_server *server = trap_serve();
    struct peer peer = peer_listen(AF_INET, 8);
    int used = trap_connect(server), waiting = trap_connect(server), client = peer_client(&peer);
    peer_accept(&peer);
    trap_request(used, "/before");
    trap_send_request(waiting, "/left?delay=300");
    snprintf(port, sizeof port, "%u", server->port);
    move(waiting, 27);
    move(client, 28);
    move(used, 25);
    CHECK_EQUAL(dup2(peer.fd, 26), 26);
    move(25, 5);
    move(26, 6);
    move(27, 7);
    CHECK_EQUAL(send(28, peer_request, PEER_REQUEST_BYTES, 0), PEER_REQUEST_BYTES);
    pid_t child = fork();
    if (!child)
        execl("/proc/self/exe", words[0], port, NULL);
    CHECK_EQUAL(recv(28, room, sizeof room, MSG_WAITALL), sizeof room);
    CHECK_EQUAL(recv(28, room, sizeof room, MSG_WAITALL), sizeof room);
    trap_await_child(child, 0);
    CHECK_EQUAL(server->broken, 0);
    return 0;
}
