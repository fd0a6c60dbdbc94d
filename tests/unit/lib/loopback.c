/* SPDX-License-Identifier: MIT
 *
 * See loopback.h.
 */
#include "lib/loopback.h"

#include <sys/socket.h>
#include <unistd.h>

#include "unit.h"

void loopback_connect(struct sockaddr_in *address, int *client, int *server)
{
    socklen_t length = sizeof *address;
    int on = 1;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    assert_int_equal(bind(listener, (struct sockaddr *)address, sizeof *address), 0);
    assert_int_equal(listen(listener, 5), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)address, &length), 0);
    *client = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(*client, (struct sockaddr *)address, sizeof *address), 0);
    *server = accept(listener, NULL, NULL);
    close(listener);
}
