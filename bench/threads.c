/* SPDX-License-Identifier: MIT
 *
 * Threads that each have exchanges on a connection of their own, the server's end in the same
 * thread, so that nothing is shared but what the shim shares. Prints exchanges per second.
 *
 *     threads THREADS EXCHANGES
 */
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>

#include "client.h"

static const char response[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

static int exchanges;
static pthread_barrier_t start;

/* The two ends of a TCP connection: ours, and the server's. */
static void make_ends(int ends[2])
{
    const int yes = 1;
    struct sockaddr_in address = {AF_INET, 0, {htonl(INADDR_LOOPBACK)}, {0}};
    socklen_t length = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    ends[0] = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(listener, (struct sockaddr *)&address, length) != 0 || listen(listener, 1) != 0 ||
        getsockname(listener, (struct sockaddr *)&address, &length) != 0 ||
        connect(ends[0], (struct sockaddr *)&address, length) != 0)
        err(1, "connect");
    ends[1] = accept(listener, NULL, NULL);
    for (int i = 0; i < 2; i++)
        setsockopt(ends[i], IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    close(listener);
}

static void *work(void *unused)
{
    int ends[2];
    char bytes[256];
    make_ends(ends);
    pthread_barrier_wait(&start);
    for (int i = 0; i < exchanges; i++)
        if (send(ends[0], GET, sizeof GET - 1, 0) < 0 ||
            recv(ends[1], bytes, sizeof bytes, 0) <= 0 ||
            send(ends[1], response, sizeof response - 1, 0) < 0 ||
            recv(ends[0], bytes, sizeof bytes, 0) <= 0)
            err(1, "exchange");
    return unused;
}

int main(int arguments, char **argument)
{
    int count = arguments == 3 ? atoi(argument[1]) : 0;
    if (count < 1)
        errx(2, "threads THREADS EXCHANGES");
    pthread_t *threads = calloc((size_t)count, sizeof *threads);
    exchanges = atoi(argument[2]);
    pthread_barrier_init(&start, NULL, (unsigned)count + 1);
    for (int i = 0; i < count; i++)
        if (pthread_create(&threads[i], NULL, work, NULL) != 0)
            errx(1, "pthread_create");
    pthread_barrier_wait(&start);
    double began = seconds();
    for (int i = 0; i < count; i++)
        pthread_join(threads[i], NULL);
    printf("%.0f\n", (double)count * exchanges / (seconds() - began));
    return 0;
}
