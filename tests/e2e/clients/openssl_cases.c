/* SPDX-License-Identifier: MIT
 *
 * Four requests over one TLS connection, with a pause before the last, by a program that does something
 * special with its SSL object in one of the ways below. Called as: openssl_cases CASE PORT GAP_MS; sends
 * GET /CASE and prints "answered", or what the request met, for the two after what it does second: one at
 * once, and one after the pause.
 */
#include "openssl_cases.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

SSL *ssl;
int fd;
BIO *network;

/* On a non-blocking socket: waits for what a call wants. True: it is to be tried again. */
static int wait_and_read(int result)
{
    int wanted = SSL_get_error(ssl, result);
    struct pollfd poller = {.fd = fd, .events = wanted == SSL_ERROR_WANT_WRITE ? POLLOUT : POLLIN};
    char byte;

    if (wanted != SSL_ERROR_WANT_READ && wanted != SSL_ERROR_WANT_WRITE)
        return 0;
    poll(&poller, 1, 5000);
    if (SSL_peek(ssl, &byte, 1) <= 0)
        SSL_read(ssl, &byte, 0);
    return 1;
}

/* Moves what the memory BIO holds to the socket, and one piece back when OpenSSL wants one. */
static int pump(int result)
{
    char bytes[4096];
    int count;

    if (!network)
        return result <= 0 && wait_and_read(result);
    while ((count = BIO_read(network, bytes, sizeof bytes)) > 0)
        if (write(fd, bytes, (size_t)count) != count)
            return 0;
    if (result > 0 || SSL_get_error(ssl, result) != SSL_ERROR_WANT_READ)
        return 0;
    count = (int)read(fd, bytes, sizeof bytes);
    return count > 0 && BIO_write(network, bytes, count) == count;
}

static int exchange(const char *name)
{
    char text[256];
    int result;
    int count = snprintf(text, sizeof text, "GET /%s HTTP/1.1\r\nHost: localhost\r\n\r\n", name);

    do
        result = SSL_write(ssl, text, count);
    while (pump(result) && result <= 0);
    if (result != count)
        return -1;
    do
        result = SSL_read(ssl, text, sizeof text);
    while ((pump(result) || SSL_get_error(ssl, result) == SSL_ERROR_WANT_READ) && result <= 0);
    return result > 12 && !memcmp(text, "HTTP/1.1 200", 12) ? 0 : -1;
}

static void open_connection(const char *port)
{
    struct sockaddr_in peer = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(port))};
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());

    peer.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(fd, (struct sockaddr *)&peer, sizeof peer) != 0)
        exit(2);
    ssl = SSL_new(context);
    SSL_set_tlsext_host_name(ssl, "name.example");
    SSL_set_fd(ssl, fd);
}

int main(int argc, char **argv)
{
    const struct use *use = argc == 4 ? use_of(argv[1]) : NULL;

    if (!use) {
        fprintf(stderr, "usage: %s CASE PORT GAP_MS\n", argv[0]);
        return 2;
    }
    open_connection(argv[2]);
    use->before();
    SSL_set_connect_state(ssl);
    for (int i = 0; i < 2; i++)
        if (exchange(argv[1]) != 0) {
            puts("the first requests failed");
            return 1;
        }
    use->after();
    for (int i = 0; i < 2; i++) {
        usleep((useconds_t)(i * atoi(argv[3]) * 1000));
        errno = 0;
        puts(exchange(argv[1]) == 0 ? "answered" : strerror(errno));
    }
    return 0;
}
