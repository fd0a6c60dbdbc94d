/* SPDX-License-Identifier: MIT
 * flags: -luring
 *
 * A receive that stands armed in the ring while the connection rests, and a plain send for the next
 * request. A reconnect under it would end the receive with an error that the program has never seen:
 * the ring's waits cannot be repeated behind the program's back. The answer must come to the receive.
 */
#include <unistd.h>

#include "uring_client.h"

int main(void)
{
    static char text[1024];
    struct trap_server *server = trap_serve();
    int fd = trap_connect(server);
    uring_open();
    for (unsigned turn = 1; turn < 4; turn++) {
        memset(text, 0, sizeof text);
        io_uring_prep_recv(uring_next(), fd, text, sizeof text - 1, 0);
        CHECK_EQUAL(io_uring_submit(&uring), 1);
        trap_go_stale();
        trap_send_request(fd, "/armed?delay=40");
        CHECK(uring_result() > 0);
        uring_parse(text, "/armed?delay=40");
    }
    close(fd);
    CHECK_EQUAL(server->requests, 3);
    puts("3 answers");
}
