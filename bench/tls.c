/* SPDX-License-Identifier: MIT
 *
 * latency.c over TLS: how long it takes from the first byte of a request out, handshake and all, to the
 * response in, one connection, one request at a time:
 *
 *     tls PORT COUNT GAP_MS reuse|fresh|resume VERSION
 *
 * `fresh` closes the connection before each gap and opens another one for the request, which counts;
 * `resume` does so with the session of before. VERSION: 1.3 or 1.2. Prints the median in microseconds, on
 * how many connections the requests went, and how many handshakes after the first were resumed.
 */
#include <openssl/ssl.h>
#include <stdbool.h>
#include <stdio.h>

#include "client.h"

static SSL_CTX *context;
static SSL *ssl;
static SSL_SESSION *session;

static uint16_t local_port(void)
{
    struct sockaddr_in name;
    socklen_t length = sizeof name;
    getsockname(SSL_get_fd(ssl), (struct sockaddr *)&name, &length);
    return name.sin_port;
}

static int compare(const void *a, const void *b)
{
    double difference = *(const double *)a - *(const double *)b;
    return (difference > 0) - (difference < 0);
}

static void open_session(void)
{
    ssl = SSL_new(context);
    SSL_set_fd(ssl, connected(0));
    if (session)
        SSL_set_session(ssl, session);
    if (SSL_connect(ssl) != 1)
        errx(1, "SSL_connect");
}

static void close_session(bool keep)
{
    int fd = SSL_get_fd(ssl);
    SSL_SESSION_free(session);
    session = keep ? SSL_get1_session(ssl) : NULL;
    SSL_shutdown(ssl);
    SSL_free(ssl);
    close(fd);
}

static void exchange_secured(void)
{
    char bytes[4096];
    if (SSL_write(ssl, GET, sizeof GET - 1) <= 0 || SSL_read(ssl, bytes, sizeof bytes) <= 0)
        errx(1, "no answer");
}

int main(int arguments, char **argument)
{
    if (arguments != 6)
        errx(2, "tls PORT COUNT GAP_MS reuse|fresh|resume VERSION");
    int count = atoi(argument[2]), connections = 1, resumed = 0;
    bool reuse = !strcmp(argument[4], "reuse"), keep = !strcmp(argument[4], "resume");
    double *times = calloc((size_t)count, sizeof *times);
    set_peer(argument[1]);
    context = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_max_proto_version(context, strcmp(argument[5], "1.2") ? TLS1_3_VERSION : TLS1_2_VERSION);
    open_session();
    exchange_secured();
    for (int i = 0; i < count; i++) {
        uint16_t before = local_port();
        if (!reuse)
            close_session(keep);
        pause_ms(atol(argument[3]));
        double began = seconds();
        if (!reuse)
            open_session();
        exchange_secured();
        times[i] = (seconds() - began) * 1e6;
        bool another = local_port() != before;
        connections += another;
        resumed += another && SSL_session_reused(ssl);
    }
    qsort(times, (size_t)count, sizeof *times, compare);
    printf("%.1f %d %d\n", times[count / 2], connections, resumed);
    return 0;
}
