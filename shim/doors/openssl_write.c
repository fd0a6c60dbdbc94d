/* SPDX-License-Identifier: MIT
 *
 * The doors through which plaintext goes into OpenSSL.
 */
#include "base/next.h"
#include "doors/secure_straight.h"

/* Each of the two is the short way alone, with all else behind it. */

static NOINLINE int write_further(struct secure *secure, SSL *ssl, const void *buffer, int count,
                                  const void *caller)
{
    WITHOUT_CONNECTIONS(caller, SSL_write, -1, (ssl, buffer, count));
    if (!secure_enter_further(secure, ssl)) {
        int unfollowed = secure->refused
                             ? -1
                             : UNFOLLOWED_FOR(caller, *secure, SSL_write, -1, (ssl, buffer, count));
        secure_note_sent(secure, ssl, buffer, unfollowed > 0 ? (size_t)unfollowed : 0);
        return unfollowed;
    }
    int written = -1;
    if (secure_begin_write(secure, buffer, count > 0 ? (size_t)count : 0))
        written = secure->library->SSL_write(ssl, buffer, count);
    secure_end_write(secure, buffer, written > 0 ? (size_t)written : 0);
    return written;
}

OPENSSL_DOOR(SSL_write)
BUSY int door_SSL_write(SSL *ssl, const void *buffer, int count)
{
    struct secure secure;
    if (!secure_opens(&secure, ssl))
        return write_further(&secure, ssl, buffer, count, __builtin_return_address(0));
    int written = secure.library->SSL_write(ssl, buffer, count);
    secure_opened(&secure, buffer, written > 0 ? (size_t)written : 0);
    return written;
}

static NOINLINE int write_ex_further(struct secure *secure, SSL *ssl, const void *buffer,
                                     size_t count, size_t *written, const void *caller)
{
    WITHOUT_CONNECTIONS(caller, SSL_write_ex, 0, (ssl, buffer, count, written));
    if (!secure_enter_further(secure, ssl)) {
        int unfollowed = secure->refused ? 0
                                         : UNFOLLOWED_FOR(caller, *secure, SSL_write_ex, 0,
                                                          (ssl, buffer, count, written));
        secure_note_sent(secure, ssl, buffer, unfollowed > 0 ? *written : 0);
        return unfollowed;
    }
    int result = 0;
    if (secure_begin_write(secure, buffer, count))
        result = secure->library->SSL_write_ex(ssl, buffer, count, written);
    secure_end_write(secure, buffer, result > 0 ? *written : 0);
    return result;
}

OPENSSL_DOOR(SSL_write_ex)
BUSY int door_SSL_write_ex(SSL *ssl, const void *buffer, size_t count, size_t *written)
{
    struct secure secure;
    if (!secure_opens(&secure, ssl))
        return write_ex_further(&secure, ssl, buffer, count, written, __builtin_return_address(0));
    int result = secure.library->SSL_write_ex(ssl, buffer, count, written);
    secure_opened(&secure, buffer, result > 0 ? *written : 0);
    return result;
}

/* Bytes that we do not see, or that may be sent again by the server's leave: hands off. */
static bool may_send_unseen(struct secure *secure)
{
    connection_pass(secure->connection);
    return secure_is_ready(secure);
}

OPENSSL_DOOR(SSL_write_early_data)
int door_SSL_write_early_data(SSL *ssl, const void *buffer, size_t count, size_t *written)
{
    struct secure secure;
    if (!secure_enter(&secure, ssl))
        return secure.refused
                   ? 0
                   : UNFOLLOWED(secure, SSL_write_early_data, 0, (ssl, buffer, count, written));
    int result = 0;
    if (may_send_unseen(&secure))
        result = secure.library->SSL_write_early_data(ssl, buffer, count, written);
    secure_leave(&secure);
    return result;
}

OPENSSL_DOOR(SSL_sendfile)
ssize_t door_SSL_sendfile(SSL *ssl, int file, off_t offset, size_t count, int flags)
{
    struct secure secure;
    if (!secure_enter(&secure, ssl))
        return secure.refused
                   ? -1
                   : UNFOLLOWED(secure, SSL_sendfile, -1, (ssl, file, offset, count, flags));
    ssize_t sent = -1;
    if (may_send_unseen(&secure))
        sent = secure.library->SSL_sendfile(ssl, file, offset, count, flags);
    secure_leave(&secure);
    return sent;
}
