/* SPDX-License-Identifier: MIT
 *
 * limit-per-run: 40s
 * Two threads write requests on one connection, each in its own time, while a third reads the answers;
 * some answers are slow, so a request often goes out behind one that is outstanding. A shim that
 * follows one exchange at a time takes the connection for idle while an answer is due, or gets stuck
 * when two threads meet. All answers must come.
 */
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "trap.h"

enum { WRITERS = 2, TURNS = 120, ANSWERS = WRITERS * TURNS };

static int fd;
static unsigned next_answer[WRITERS];

static void *write_on(void *data)
{
    unsigned writer = (unsigned)(uintptr_t)data;
    for (unsigned turn = 0; turn < TURNS; turn++) {
        char path[64];
        const char *query = turn % 40 == 39 ? "?delay=130" : turn % 3 ? "" : "?delay=7";
        snprintf(path, sizeof path, "/%u-%u%s", writer, turn, query);
        trap_send_request(fd, path);
        trap_sleep_ms((turn * 7 + writer * 3) % 32);
    }
    return NULL;
}

/* Each writer's answers come in its own order. */
static void check_order(const char *body)
{
    unsigned writer, turn;
    CHECK_EQUAL(sscanf(body, "/%u-%u", &writer, &turn), 2);
    CHECK(writer < WRITERS);
    CHECK_EQUAL(turn, next_answer[writer]);
    next_answer[writer]++;
}

int main(void)
{
    pthread_t writers[WRITERS];
    struct trap_server *server = trap_serve();
    fd = trap_connect(server);
    trap_request(fd, "/first");
    for (uintptr_t i = 0; i < WRITERS; i++)
        CHECK_EQUAL(pthread_create(&writers[i], NULL, write_on, (void *)i), 0);
    for (unsigned i = 0; i < ANSWERS; i++)
        check_order(trap_read_answer(fd).body);
    for (int i = 0; i < WRITERS; i++)
        pthread_join(writers[i], NULL);
    trap_go_stale();
    trap_request(fd, "/last");
    CHECK_EQUAL(server->requests, ANSWERS + 2);
    CHECK_EQUAL(server->broken, 0);
    puts("all answered, in order");
}
