/* SPDX-License-Identifier: MIT
 *
 * The doors through which plaintext comes out of OpenSSL.
 */
#include "base/next.h"
#include "doors/secure_straight.h"

/* As in openssl_write.c the short way stands apart. */

static NOINLINE int read_further(struct secure *secure, SSL *ssl, void *buffer, int count,
                                 const void *caller)
{
    WITHOUT_CONNECTIONS(caller, SSL_read, -1, (ssl, buffer, count));
    if (!secure_enter_further(secure, ssl)) {
        int unfollowed = UNFOLLOWED_FOR(caller, *secure, SSL_read, -1, (ssl, buffer, count));
        secure_note_received(secure, ssl, buffer, unfollowed > 0 ? (size_t)unfollowed : 0);
        return unfollowed;
    }
    int got = secure_begin_read(secure) ? secure->library->SSL_read(ssl, buffer, count) : -1;
    secure_end_read(secure, buffer, got > 0 ? (size_t)got : 0);
    return got;
}

OPENSSL_DOOR(SSL_read)
BUSY int door_SSL_read(SSL *ssl, void *buffer, int count)
{
    struct secure secure;
    if (!secure_awaits(&secure, ssl))
        return read_further(&secure, ssl, buffer, count, __builtin_return_address(0));
    int got = secure.library->SSL_read(ssl, buffer, count);
    secure_awaited(&secure, buffer, got > 0 ? (size_t)got : 0);
    return got;
}

static NOINLINE int read_ex_further(struct secure *secure, SSL *ssl, void *buffer, size_t count,
                                    size_t *got, const void *caller)
{
    WITHOUT_CONNECTIONS(caller, SSL_read_ex, 0, (ssl, buffer, count, got));
    if (!secure_enter_further(secure, ssl)) {
        int unfollowed = UNFOLLOWED_FOR(caller, *secure, SSL_read_ex, 0, (ssl, buffer, count, got));
        secure_note_received(secure, ssl, buffer, unfollowed > 0 ? *got : 0);
        return unfollowed;
    }
    int result = secure_begin_read(secure) ? secure->library->SSL_read_ex(ssl, buffer, count, got)
                                           : 0;
    secure_end_read(secure, buffer, result > 0 ? *got : 0);
    return result;
}

OPENSSL_DOOR(SSL_read_ex)
BUSY int door_SSL_read_ex(SSL *ssl, void *buffer, size_t count, size_t *got)
{
    struct secure secure;
    if (!secure_awaits(&secure, ssl))
        return read_ex_further(&secure, ssl, buffer, count, got, __builtin_return_address(0));
    int result = secure.library->SSL_read_ex(ssl, buffer, count, got);
    secure_awaited(&secure, buffer, result > 0 ? *got : 0);
    return result;
}

/* What is only looked at is followed when it is read. */
OPENSSL_DOOR(SSL_peek)
int door_SSL_peek(SSL *ssl, void *buffer, int count)
{
    struct secure secure;
    if (!secure_enter(&secure, ssl))
        return UNFOLLOWED(secure, SSL_peek, -1, (ssl, buffer, count));
    int got = secure_begin_read(&secure) ? secure.library->SSL_peek(ssl, buffer, count) : -1;
    secure_end_read(&secure, NULL, 0);
    return got;
}

OPENSSL_DOOR(SSL_peek_ex)
int door_SSL_peek_ex(SSL *ssl, void *buffer, size_t count, size_t *got)
{
    struct secure secure;
    if (!secure_enter(&secure, ssl))
        return UNFOLLOWED(secure, SSL_peek_ex, 0, (ssl, buffer, count, got));
    int result = secure_begin_read(&secure) ? secure.library->SSL_peek_ex(ssl, buffer, count, got)
                                            : 0;
    secure_end_read(&secure, NULL, 0);
    return result;
}
