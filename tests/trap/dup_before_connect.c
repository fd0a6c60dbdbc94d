/* SPDX-License-Identifier: MIT
 *
 * The socket has two numbers before it is connected, and is connected through one and used through
 * the other. A shim that knows only the number that connect() saw must not harm the other: it repairs
 * there or leaves it alone, and both go on to lead to the same connection.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "trap.h"

int main(void)
{
    struct trap_server *server = trap_serve();
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons(server->port),
                                  .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    int alias = dup(fd);
    CHECK_EQUAL(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    for (int turn = 0; turn < 3; turn++) {
        struct trap_answer last = trap_request(alias, "/alias");
        trap_check_kept(last, trap_request(fd, "/first"));
        trap_go_stale();
        trap_request(alias, "/alias-stale");
        trap_go_stale();
        trap_request(fd, "/first-stale");
    }
    CHECK_EQUAL(close(fd), 0);
    trap_request(alias, "/alias-alone");
    trap_go_stale();
    trap_request(alias, "/alias-alone-stale");
    CHECK_EQUAL(server->requests, 14);
    CHECK_EQUAL(server->broken, 0);
    puts("14 answers");
}
