/* SPDX-License-Identifier: MIT
 *
 * See secure.h.
 */
#include "doors/secure.h"

#include <errno.h>

#include "base/process.h"
#include "connection/apart.h"
#include "doors/secure_find.h"
#include "doors/start.h"
#include "repair/tls_renew.h"

/* <openssl/ssl.h>; part of OpenSSL's binary interface since 1.1. */
enum { RECEIVED_SHUTDOWN = 2 };

/* No plaintext may pass. */
static bool holds_back(const struct secured *secured)
{
    enum secured_state state = secured_state(secured);
    return state == SECURED_RENEWING || state == SECURED_REFUSED;
}

/* OpenSSL's own calls of its functions come in here too, and callbacks of the program: they are part
 * of the call that is under way. (A thread that has left
 * that one by longjmp() counts as inside it from then on: what it writes is then not followed, and
 * the connection not repaired.) */
static bool enter(struct secure *secure, SSL *ssl, bool begins)
{
    secure->apart = secure->refused = false;
    int saved = errno;
    secure->library = openssl_of(ssl);
    bool found = shim_active && atomic_load_explicit(&connection_any, memory_order_relaxed) &&
                 secure->library && secure->library->whole && secure_find(secure, ssl, begins);
    errno = saved;
    if (!found)
        return false;
    struct secured *secured = secure->secured;
    bool nested = atomic_load(&secured->inside) == process_thread();
    secure->refused = nested && secured->stepping;
    if (nested && (secured->stepping || !holds_back(secured)))
        return false;
    secure->incarnation = atomic_load(&secure->connection->incarnation);
    atomic_store(&secured->inside, process_thread());
    return true;
}

bool secure_enter(struct secure *secure, SSL *ssl)
{
    return enter(secure, ssl, true);
}

bool secure_enter_further(struct secure *secure, SSL *ssl)
{
    secure->apart = secure->refused = false;
    return !secure->passed && enter(secure, ssl, true);
}

bool secure_enter_begun(struct secure *secure, SSL *ssl)
{
    return enter(secure, ssl, false);
}

void secure_note_sent(const struct secure *secure, SSL *ssl, const void *buffer, size_t accepted)
{
    int saved = errno;
    if (secure->apart)
        apart_sent(secure->library, ssl, buffer, accepted);
    errno = saved;
}

void secure_note_received(const struct secure *secure, SSL *ssl, const void *buffer, size_t count)
{
    int saved = errno;
    if (secure->apart)
        apart_received(secure->library, ssl, buffer, count);
    errno = saved;
}

void secure_leave(struct secure *secure)
{
    int saved = errno;
    struct secured *secured = secure->secured;
    if (secure_is_still(secure)) {
        if (secured_state(secured) == SECURED_HANDSHAKE && secured->ssl &&
            secure->library->SSL_is_init_finished(secured->ssl))
            tls_note_peer(secure->connection, secured);
        secured->writing = false;
        atomic_store(&secured->inside, 0);
    }
    errno = saved;
}

static bool go_on(struct secure *secure)
{
    int result = tls_go_on(secure->connection, secure->secured, secure->fd);
    if (result < 0)
        errno = -result;
    return result == 0;
}

bool secure_is_ready(struct secure *secure)
{
    return !holds_back(secure->secured) || go_on(secure);
}

/* Nothing was cut off by an eviction, as no exchange was open, and the program is to read a clean end.
 * OpenSSL 3 takes an end without a close_notify for an attack (SSL_R_UNEXPECTED_EOF_WHILE_READING), and
 * Ruby that for a lost request. */
static void end_cleanly(const struct secure *secure)
{
    SSL *ssl = secure->secured->ssl;
    secure->library->SSL_set_shutdown(ssl,
                                      secure->library->SSL_get_shutdown(ssl) | RECEIVED_SHUTDOWN);
    atomic_store(&secure->connection->told, 1);
}

bool secure_begin_read(struct secure *secure)
{
    if (!secure_is_ready(secure))
        return false;
    if (connection_phase(secure->connection) == PHASE_EVICTED)
        end_cleanly(secure);
    return true;
}

/* Asks about the resting connection. A reconnect gives it a new generation. */
static bool ask(struct secure *secure, const struct outgoing_source *source)
{
    struct connection *connection = secure->connection;
    struct secured *secured = secure->secured;
    uint32_t generation = atomic_load(&connection->generation);
    secured->renewable = tls_is_renewable(connection, secured, secure->fd);
    if (!outgoing_begin_plaintext(&secure->outgoing, connection, secure->fd, source)) {
        /* It is shut down: OpenSSL's own write fails, and SSL_get_error() will know it. */
        secure->outgoing.write.connection = NULL;
        return true;
    }
    if (atomic_load(&connection->generation) == generation)
        return true;
    secure->outgoing.write.phase_before = PHASE_OPEN; /* it stays so until the request is out */
    tls_begin_anew(secured, secure->fd);
    return go_on(secure);
}

/* An implicit first handshake, too, is asked about when its first record goes out. */
static bool begin_exchange(struct secure *secure, const void *buffer, size_t count)
{
    struct outgoing_source source = {.buffer = buffer, .count = count};
    switch (connection_phase(secure->connection)) {
    case PHASE_BETWEEN:
    case PHASE_EVICTED:
    case PHASE_REPAIR:
        return ask(secure, &source);
    case PHASE_PASS:
        return true;
    default:
        outgoing_join(&secure->outgoing, secure->connection);
        return true;
    }
}

bool secure_begin_write(struct secure *secure, const void *buffer, size_t count)
{
    secure->outgoing.write.connection = NULL;
    if (!secure_is_ready(secure) || !begin_exchange(secure, buffer, count))
        return false;
    secure->secured->writing = true;
    return true;
}

void secure_end_write(struct secure *secure, const void *buffer, size_t accepted)
{
    int saved = errno;
    struct iovec part = {(void *)(uintptr_t)buffer, accepted};
    struct bytes bytes = {&part, 1};
    if (accepted && secure_is_still(secure))
        tls_end_hurry(secure->secured, secure->fd);
    if (secure->outgoing.write.connection)
        exchange_end_plaintext_write(&secure->outgoing.write, &bytes, (ssize_t)accepted);
    errno = saved;
    secure_leave(secure);
}

void secure_end_read(struct secure *secure, void *buffer, size_t count)
{
    int saved = errno;
    struct connection *connection = secure->connection;
    struct iovec part = {buffer, count};
    struct bytes bytes = {&part, 1};
    if (count && connection_phase(connection) != PHASE_PASS)
        exchange_plaintext_received(connection, secure->incarnation, &bytes, count);
    else if (!count && secure_is_still(secure) && connection_phase(connection) != PHASE_EVICTED &&
             secure->library->SSL_get_shutdown(secure->secured->ssl) & RECEIVED_SHUTDOWN)
        connection_pass(connection); /* the program has been told of the end */
    errno = saved;
    secure_leave(secure);
}
