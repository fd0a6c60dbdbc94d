/* SPDX-License-Identifier: MIT
 *
 * See secure_find.h. A session is followed from its very first handshake on, and only on a connection on
 * which nothing else has moved: then no byte of it has gone by.
 *
 * A program may give an SSL object another socket. At hand that shows only in its BIOs being others. Should the
 * new ones stand where the old ones stood, an exchange is noted of a connection that has none, and
 * that is all: before a repair the session is found by its socket.
 */
#include "doors/secure_find.h"

#include "base/process.h"
#include "connection/descriptors.h"

/* <openssl/bio.h>, <openssl/ssl.h>; part of OpenSSL's binary interface since 1.1. */
enum { TYPE_SOCKET = 0x505, CTRL_GET_FD = 105, CTRL_MODE = 33, MODE_ASYNC = 0x100 };

/* The socket that a BIO writes to with nothing between, or -1. */
static int bio_socket(const struct openssl *library, BIO *bio)
{
    if (!bio || library->BIO_method_type(bio) != TYPE_SOCKET || library->BIO_next(bio))
        return -1;
    return (int)library->BIO_ctrl(bio, CTRL_GET_FD, 0, NULL);
}

/* The socket of both directions, or -1 (memory BIOs, filters, BIOs of the program's own). */
static int socket_of(const struct openssl *library, const SSL *ssl)
{
    BIO *out = library->SSL_get_wbio(ssl);
    BIO *in = library->SSL_get_rbio(ssl);
    int fd = bio_socket(library, out);
    return fd < 0 || in == out || bio_socket(library, in) == fd ? fd : -1;
}

static bool may_follow(const struct connection *connection, const struct openssl *library, SSL *ssl)
{
    return connection_phase(connection) == PHASE_FRESH && !atomic_load(&connection->sent.bytes) &&
           !atomic_load(&connection->received.bytes) && library->SSL_in_before(ssl) &&
           !library->SSL_is_server(ssl) &&
           !(library->SSL_ctrl(ssl, CTRL_MODE, 0, NULL) & MODE_ASYNC) && process_is_owner();
}

/* For the short way (secure_straight.h): these BIOs lead to the connection's socket. */
static void note_place(const struct secure *secure, const SSL *ssl)
{
    secure->secured->in = secure->library->SSL_get_rbio(ssl);
    secure->secured->out = secure->library->SSL_get_wbio(ssl);
    secured_note(secure->secured);
}

bool secure_find(struct secure *secure, SSL *ssl, bool begins)
{
    secure->fd = socket_of(secure->library, ssl);
    secure->apart = secure->fd < 0;
    secure->connection = secure->fd < 0 ? NULL : descriptor_connection(secure->fd);
    if (!secure->connection)
        return false;
    secure->secured = secured_of(secure->connection);
    if (!secure->secured && begins && may_follow(secure->connection, secure->library, ssl))
        secure->secured = secured_new(secure->connection, secure->library, ssl);
    if (!secure->secured)
        return false;
    if (secure->secured->ssl == ssl && secure->secured->library == secure->library) {
        note_place(secure, ssl);
        return true;
    }
    connection_pass(secure->connection); /* a second session over one connection */
    return false;
}

/* Nobody is inside, and the session is what it was when it was found last. */
static bool is_at_hand(const struct secured *secured, const SSL *ssl)
{
    return LIKELY(secured_is_settled(secured)) &&
           LIKELY(!atomic_load_explicit(&secured->inside, memory_order_relaxed)) &&
           LIKELY(secured->library->SSL_get_wbio(ssl) == secured->out) &&
           LIKELY(secured->library->SSL_get_rbio(ssl) == secured->in);
}

BUSY bool secure_find_at_hand(struct secure *secure, SSL *ssl)
{
    struct secured *secured = secured_find(ssl);
    if (!secured || !is_at_hand(secured, ssl))
        return false;
    secure->secured = secured;
    secure->library = secured->library;
    secure->connection = atomic_load_explicit(&secured->connection, memory_order_relaxed);
    return true;
}
