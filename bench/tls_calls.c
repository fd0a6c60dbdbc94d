/* SPDX-License-Identifier: MIT
 *
 * calls.c over TLS: one call of one kind, COUNT times, with only the calls themselves counted:
 *
 *     tls_calls OPERATION COUNT PORT
 *
 * PORT is that of a server that answers each GET with a response that one SSL_read() takes.
 */
#include <openssl/ssl.h>
#include <stdbool.h>
#include <stdio.h>

#include "client.h"

static SSL *ssl;
static char bytes[1 << 14];

static void must(int result)
{
    if (result <= 0)
        errx(1, "no answer");
}

static void say_secured(void)
{
    must(SSL_write(ssl, GET, sizeof GET - 1));
}

static void hear_secured(void)
{
    must(SSL_read(ssl, bytes, sizeof bytes));
}

/* Two exchanges, for the tickets and what is made ready once. */
static void open_session(void)
{
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    ssl = SSL_new(context);
    SSL_set_fd(ssl, connected(0));
    must(SSL_connect(ssl));
    for (int i = 0; i < 2; i++) {
        say_secured();
        hear_secured();
    }
}

static void write_opening(int count)
{
    while (count--) {
        COUNTED(SSL_write(ssl, GET, sizeof GET - 1));
        hear_secured();
    }
}

static void read_response(int count)
{
    while (count--) {
        say_secured();
        COUNTED(SSL_read(ssl, bytes, sizeof bytes));
    }
}

static void round_trip(int count)
{
    while (count--) {
        COUNTED(SSL_write(ssl, GET, sizeof GET - 1));
        COUNTED(SSL_read(ssl, bytes, sizeof bytes));
    }
}

int main(int count, char **arguments)
{
    if (count != 4)
        errx(2, "tls_calls OPERATION COUNT PORT");
    set_peer(arguments[3]);
    open_session();
    if (!strcmp(arguments[1], "write-opening"))
        write_opening(atoi(arguments[2]));
    else if (!strcmp(arguments[1], "read-response"))
        read_response(atoi(arguments[2]));
    else if (!strcmp(arguments[1], "round-trip"))
        round_trip(atoi(arguments[2]));
    else
        errx(2, "no such operation: %s", arguments[1]);
    return 0;
}
