/* SPDX-License-Identifier: MIT
 *
 * The doors through which a TLS session begins and ends, and those whose answers depend on this very
 * session.
 */
#include "base/next.h"
#include "connection/learn.h"
#include "doors/secure.h"

OPENSSL_DOOR(SSL_connect)
int door_SSL_connect(SSL *ssl)
{
    struct secure secure;
    if (!secure_enter(&secure, ssl))
        return UNFOLLOWED(secure, SSL_connect, -1, (ssl));
    int result = secure_is_ready(&secure) ? secure.library->SSL_connect(ssl) : -1;
    secure_leave(&secure);
    return result;
}

OPENSSL_DOOR(SSL_do_handshake)
int door_SSL_do_handshake(SSL *ssl)
{
    struct secure secure;
    if (!secure_enter(&secure, ssl))
        return UNFOLLOWED(secure, SSL_do_handshake, -1, (ssl));
    int result = secure_is_ready(&secure) ? secure.library->SSL_do_handshake(ssl) : -1;
    secure_leave(&secure);
    return result;
}

/* The program ends the session: it is not ours any more, whatever comes then. */
OPENSSL_DOOR(SSL_shutdown)
int door_SSL_shutdown(SSL *ssl)
{
    struct secure secure;
    if (!secure_enter_begun(&secure, ssl))
        return UNFOLLOWED(secure, SSL_shutdown, -1, (ssl));
    /* Now, for our alert may make the peer reset the connection, and the moment of its FIN is gone. */
    learn_end(secure.connection, secure.fd);
    connection_pass(secure.connection);
    int result = secure.library->SSL_shutdown(ssl);
    secure_leave(&secure);
    return result;
}

OPENSSL_DOOR(SSL_clear)
int door_SSL_clear(SSL *ssl)
{
    struct secure secure;
    if (!secure_enter_begun(&secure, ssl))
        return UNFOLLOWED(secure, SSL_clear, 0, (ssl));
    connection_pass(secure.connection);
    int result = secure.library->SSL_clear(ssl);
    secure_leave(&secure);
    return result;
}

OPENSSL_DOOR(SSL_free)
void door_SSL_free(SSL *ssl)
{
    struct secure secure;
    if (!secure_enter_begun(&secure, ssl)) {
        if (ssl)
            (void)UNFOLLOWED(secure, SSL_free, (void)0, (ssl));
        return;
    }
    connection_pass(secure.connection);
    secure.secured->ssl = NULL;
    secure_leave(&secure);
    secure.library->SSL_free(ssl);
}

/* Something is to be bound to this session (RFC 5929, RFC 9266, RFC 5705). */
static void bind_to_session(SSL *ssl, struct secure *secure)
{
    if (!secure_enter_begun(secure, ssl))
        return;
    enum secured_state state = secured_state(secure->secured);
    if (state == SECURED_HANDSHAKE || state == SECURED_READY)
        atomic_store(&secure->secured->state, SECURED_BOUND);
    secure_leave(secure);
}

OPENSSL_DOOR(SSL_get_finished)
size_t door_SSL_get_finished(const SSL *ssl, void *buffer, size_t count)
{
    struct secure secure;
    bind_to_session((SSL *)(uintptr_t)ssl, &secure);
    return UNFOLLOWED(secure, SSL_get_finished, 0, (ssl, buffer, count));
}

OPENSSL_DOOR(SSL_get_peer_finished)
size_t door_SSL_get_peer_finished(const SSL *ssl, void *buffer, size_t count)
{
    struct secure secure;
    bind_to_session((SSL *)(uintptr_t)ssl, &secure);
    return UNFOLLOWED(secure, SSL_get_peer_finished, 0, (ssl, buffer, count));
}

OPENSSL_DOOR(SSL_export_keying_material)
int door_SSL_export_keying_material(SSL *ssl, unsigned char *out, size_t out_bytes,
                                    const char *label, size_t label_bytes,
                                    const unsigned char *context, size_t context_bytes,
                                    int use_context)
{
    struct secure secure;
    bind_to_session(ssl, &secure);
    return UNFOLLOWED(secure, SSL_export_keying_material, 0,
                      (ssl, out, out_bytes, label, label_bytes, context, context_bytes,
                       use_context));
}
