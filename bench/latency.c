/* SPDX-License-Identifier: MIT
 *
 * How long it takes from a request's first byte out to its response's first byte in, one
 * connection, one request at a time:
 *
 *     latency PORT COUNT GAP_MS reuse|fresh|replace
 *
 * `fresh` closes the connection before each gap and opens another one for the request, which
 * counts; `replace` closes it after the gap, and that counts too. Prints the median and the 99th
 * percentile in microseconds, and on how many connections the requests went.
 */
#include <stdbool.h>
#include <stdio.h>

#include "client.h"

static uint16_t local_port(int fd)
{
    struct sockaddr_in name;
    socklen_t length = sizeof name;
    getsockname(fd, (struct sockaddr *)&name, &length);
    return name.sin_port;
}

static int compare(const void *a, const void *b)
{
    double difference = *(const double *)a - *(const double *)b;
    return (difference > 0) - (difference < 0);
}

/* Fills `times`; returns how many connections there were. */
static int measure(double *times, int count, long gap_ms, bool fresh, bool replace)
{
    int connections = 1, fd = connected(0);
    exchange(fd);
    for (int i = 0; i < count; i++) {
        uint16_t before = local_port(fd);
        if (fresh)
            close(fd);
        pause_ms(gap_ms);
        double began = seconds();
        if (replace)
            close(fd);
        if (fresh || replace)
            fd = connected(0);
        exchange(fd);
        times[i] = (seconds() - began) * 1e6;
        connections += local_port(fd) != before;
    }
    return connections;
}

int main(int arguments, char **argument)
{
    if (arguments != 5)
        errx(2, "latency PORT COUNT GAP_MS reuse|fresh|replace");
    int count = atoi(argument[2]);
    double *times = calloc((size_t)count, sizeof *times);
    set_peer(argument[1]);
    int connections = measure(times, count, atol(argument[3]), !strcmp(argument[4], "fresh"),
                              !strcmp(argument[4], "replace"));
    qsort(times, (size_t)count, sizeof *times, compare);
    printf("%.1f %.1f %d\n", times[count / 2], times[(long)count * 99 / 100], connections);
    return 0;
}
