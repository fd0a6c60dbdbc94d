/* SPDX-License-Identifier: MIT
 *
 * See loopback.h.
 */
#include "lib/loopback.h"

#include <sys/socket.h>
#include <unistd.h>

#include "connection/descriptors.h"
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

struct connection *loopback_connection(int *client, int *server)
{
    static uint32_t made;
    struct sockaddr_in listening = {.sin_family = AF_INET,
                                    .sin_addr.s_addr = htonl(INADDR_LOOPBACK + made++)};
    const struct peer_policy policy = {.limit_ms = LIMIT_BUILT_IN_MS, .action = ACTION_AUTO};
    struct address address;
    loopback_connect(&listening, client, server);
    assert_true(address_from_socket((struct sockaddr *)&listening, sizeof listening, &address));
    struct connection *connection = connection_new(*client, &address, &policy, 0);
    assert_non_null(connection);
    assert_non_null(connection->peer);
    assert_true(descriptor_set(*client, connection));
    return connection;
}
