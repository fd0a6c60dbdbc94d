/* SPDX-License-Identifier: MIT
 *
 * Threads resolve names and connect by them, all at once: what one writes down of a name another one
 * reads in the middle. Every lookup and every answer is the right one.
 */
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "trap.h"

enum { THREADS = 8, TURNS = 150 };

static struct trap_server *server;

static int connect_by_name(const char *name)
{
    const struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM};
    struct addrinfo *list;
    char port[8];
    snprintf(port, sizeof port, "%u", server->port);
    CHECK_EQUAL(getaddrinfo(name, port, &hints, &list), 0);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(fd >= 0);
    CHECK_EQUAL(connect(fd, list->ai_addr, list->ai_addrlen), 0);
    freeaddrinfo(list);
    return fd;
}

static void *work(void *data)
{
    for (int turn = 0; turn < TURNS; turn++) {
        char path[64];
        int fd = connect_by_name(((uintptr_t)data + (unsigned)turn) % 2 ? "localhost" : "127.0.0.1");
        snprintf(path, sizeof path, "/%d-%d", (int)(uintptr_t)data, turn);
        CHECK(!strcmp(trap_request(fd, path).body, path));
        close(fd);
    }
    return NULL;
}

int main(void)
{
    pthread_t threads[THREADS];
    server = trap_serve();
    for (uintptr_t i = 0; i < THREADS; i++)
        CHECK_EQUAL(pthread_create(&threads[i], NULL, work, (void *)i), 0);
    for (int i = 0; i < THREADS; i++)
        CHECK_EQUAL(pthread_join(threads[i], NULL), 0);
    printf("%u requests\n", server->requests);
}
