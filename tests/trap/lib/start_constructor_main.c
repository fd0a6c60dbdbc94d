/* SPDX-License-Identifier: MIT
 *
 * The program of start_constructor. A connection from before the shim's start is none of its
 * business: it must work, and is not repaired. One that is made now is.
 */
#include <stdio.h>
#include <unistd.h>

#include "early.h"

int main(void)
{
    trap_go_stale();
    struct trap_answer kept = trap_request(early.fd, "/kept-stale");
    CHECK_EQUAL(kept.connection, early.last.connection);
    CHECK_EQUAL(close(early.fd), 0);
    int fd = trap_connect(early.server);
    CHECK_EQUAL(fd, early.fd);
    trap_request_stale(fd, "/new-stale", trap_request(fd, "/new"));
    CHECK_EQUAL(early.server->requests, 5);
    CHECK_EQUAL(early.server->broken, 0);
    puts("5 answers");
    return 0;
}
