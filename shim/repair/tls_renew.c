/* SPDX-License-Identifier: MIT
 *
 * See tls_renew.h. SSL_clear() keeps what the program has set (SNI, ALPN, verification, callbacks,
 * certificates, modes) and forgets what the last handshake brought; SSL_set_shutdown() before it says
 * that the session ended well, or it could not be resumed (ssl_clear_bad_session in ssl/ssl_sess.c).
 */
#include "repair/tls_renew.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/process.h"
#include "base/sys.h"
#include "peer/names.h"
#include "record/log.h"
#include "repair/await.h"
#include "repair/session.h"
#include "repair/tls_identity.h"

/* <openssl/ssl.h>, <openssl/bio.h>; part of OpenSSL's binary interface since 1.1. */
enum {
    SENT_AND_RECEIVED_SHUTDOWN = 3,
    NAMETYPE_HOST_NAME = 0,
    WANT_NOTHING = 1,
    WANT_WRITING = 2,
    WANT_READING = 3,
    SHOULD_RETRY = 8,
    CTRL_GET_RENEGOTIATIONS = 10,
    BIO_GET_KTLS_SEND = 73,
    BIO_GET_KTLS_RECEIVE = 76,
};

/* A callback that hears of handshakes may take a second one for a renegotiation, and end the
 * connection for it (HAProxy, nginx). */
static bool is_listened_to(const struct openssl *library, const SSL *ssl)
{
    return library->SSL_get_info_callback(ssl) ||
           library->SSL_CTX_get_info_callback(library->SSL_get_SSL_CTX(ssl));
}

static void note_name(const struct connection *connection, const struct openssl *library,
                      const SSL *ssl)
{
    const char *name = library->SSL_get_servername(ssl, NAMETYPE_HOST_NAME);
    if (name)
        names_note_called(name, strlen(name), &connection->address);
}

void tls_note_peer(struct connection *connection, struct secured *secured)
{
    const struct openssl *library = secured->library;
    library->ERR_set_mark();
    bool http = tls_identify(library, secured->ssl, &secured->peer);
    library->ERR_pop_to_mark();
    note_name(connection, library, secured->ssl);
    if (!http)
        connection_pass(connection);
    bool bound = !http || is_listened_to(library, secured->ssl);
    atomic_store(&secured->state, bound ? SECURED_BOUND : SECURED_READY);
}

/* The kernel holds the keys of a session with kernel TLS. */
static bool is_in_kernel(const struct openssl *library, const SSL *ssl)
{
    return library->BIO_ctrl(library->SSL_get_wbio(ssl), BIO_GET_KTLS_SEND, 0, NULL) > 0 ||
           library->BIO_ctrl(library->SSL_get_rbio(ssl), BIO_GET_KTLS_RECEIVE, 0, NULL) > 0;
}

static bool is_shared(const struct connection *connection, int fd)
{
    int flags = sys_fcntl(fd, F_GETFD, 0);
    return connection_is_shared(connection, flags >= 0 && flags & FD_CLOEXEC);
}

static unsigned flips(const struct secured *secured)
{
    return atomic_load(&secured->flips);
}

bool tls_is_renewable(const struct connection *connection, const struct secured *secured, int fd)
{
    const struct openssl *library = secured->library;
    SSL *ssl = secured->ssl;
    return secured_state(secured) == SECURED_READY && flips(secured) != SECURED_UNBLOCKED &&
           library->SSL_is_init_finished(ssl) && !library->SSL_get_shutdown(ssl) &&
           !library->SSL_has_pending(ssl) && !library->SSL_renegotiate_pending(ssl) &&
           !library->SSL_ctrl(ssl, CTRL_GET_RENEGOTIATIONS, 0, NULL) &&
           !is_in_kernel(library, ssl) && !is_shared(connection, fd);
}

/* The program may still use the certificate that it once looked at without taking a reference: the
 * session that it stands in stays until the SSL object is freed. */
static void keep_first_session(const struct openssl *library, SSL *ssl)
{
    if (library->session_index < 0 || library->SSL_get_ex_data(ssl, library->session_index))
        return;
    SSL_SESSION *first = library->SSL_get1_session(ssl);
    if (first && !library->SSL_set_ex_data(ssl, library->session_index, first))
        library->SSL_SESSION_free(first);
}

static bool set_nodelay(int fd, int on)
{
    return SYS_CALL(SYS_setsockopt, fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on, 0) == 0;
}

/* Where the client speaks last in the handshake (resumption in TLS 1.2), Nagle's algorithm would hold the
 * request back until the server's delayed acknowledgement: 40 ms. */
static void hurry(struct secured *secured, int fd)
{
    int nodelay = 1;
    uint32_t length = sizeof nodelay;
    if (sys_getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &nodelay, &length) == 0 && !nodelay)
        secured->hurried = set_nodelay(fd, 1);
}

void tls_end_hurry(struct secured *secured, int fd)
{
    if (secured->hurried)
        (void)set_nodelay(fd, 0);
    secured->hurried = false;
}

void tls_begin_anew(struct secured *secured, int fd)
{
    const struct openssl *library = secured->library;
    SSL *ssl = secured->ssl;
    hurry(secured, fd);
    library->ERR_set_mark();
    keep_first_session(library, ssl);
    SSL_SESSION *session = library->SSL_get1_session(ssl);
    library->SSL_set_shutdown(ssl, SENT_AND_RECEIVED_SHUTDOWN);
    int cleared = library->SSL_clear(ssl);
    library->SSL_set_connect_state(ssl);
    if (cleared && session && library->SSL_SESSION_is_resumable(session))
        library->SSL_set_session(ssl, session);
    library->SSL_SESSION_free(session);
    library->ERR_pop_to_mark();
    atomic_store(&secured->state, cleared ? SECURED_RENEWING : SECURED_REFUSED);
}

/* Nothing can be sent from now on, on any way: the socket is shut down, the keys are gone, and the
 * doors of libc let no byte through. */
static int refuse(struct connection *connection, struct secured *secured, int fd, bool stranger)
{
    const struct openssl *library = secured->library;
    SSL *ssl = secured->ssl;
    atomic_store(&secured->state, SECURED_REFUSED);
    (void)sys_shutdown(fd, SHUT_RDWR);
    library->ERR_set_mark();
    library->SSL_clear(ssl);
    library->ERR_pop_to_mark();
    if (stranger && connection->peer)
        atomic_store(&connection->peer->stranger_ms, clock_coarse_ms());
    log_repair(&connection->address, NULL, 0, "refused", stranger ? "other-server" : "handshake");
    return -ECONNRESET;
}

/* True when the handshake waits for something. After a read or a write that failed for good SSL_want()
 * says the same as after one that is to be tried again, but the BIO does not. */
static bool is_waiting(const struct openssl *library, const SSL *ssl)
{
    switch (library->SSL_want(ssl)) {
    case WANT_NOTHING:
        return false;
    case WANT_WRITING:
        return library->BIO_test_flags(library->SSL_get_wbio(ssl), SHOULD_RETRY) != 0;
    case WANT_READING:
        return library->BIO_test_flags(library->SSL_get_rbio(ssl), SHOULD_RETRY) != 0;
    default: /* a callback of the program's */
        return true;
    }
}

/* OpenSSL's socket BIO writes without MSG_NOSIGNAL. The program's own write, bare, would not have met
 * this connection's end. */
static int step(struct secured *secured, int *error)
{
    bool held = process_begin_pipe_hold();
    secured->stepping = true;
    int result = secured->library->SSL_do_handshake(secured->ssl);
    *error = errno;
    secured->stepping = false;
    if (held)
        process_end_pipe_hold(result != 1 && *error == EPIPE);
    return result;
}

/* A program that makes the descriptor non-blocking for the length of a call, and itself waits, does not
 * always do so as OpenSSL asks it to: PHP gives up a write for which something must be read. So we wait
 * in its place. False: there is no more time, or it is not so. */
static bool wait_for_peer(const struct secured *secured, int fd, uint64_t end_ns)
{
    int want = secured->library->SSL_want(secured->ssl);
    return flips(secured) == SECURED_FLIPS && (want == WANT_READING || want == WANT_WRITING) &&
           await_socket(fd, want == WANT_READING ? POLLIN : POLLOUT, end_ns);
}

int tls_go_on(struct connection *connection, struct secured *secured, int fd)
{
    const struct openssl *library = secured->library;
    SSL *ssl = secured->ssl;
    if (secured_state(secured) == SECURED_REFUSED || secured->stepping)
        return -ECONNRESET;
    library->ERR_set_mark();
    int error = 0;
    int result = step(secured, &error);
    uint64_t end_ns = clock_exact_ns() + SESSION_WAIT_MS * 1000000ULL;
    while (result != 1 && is_waiting(library, ssl) && wait_for_peer(secured, fd, end_ns))
        result = step(secured, &error);
    bool same = result == 1 && tls_is_same_server(library, ssl, &secured->peer);
    library->ERR_pop_to_mark();
    if (result != 1 && flips(secured) != SECURED_FLIPS && is_waiting(library, ssl))
        return error ? -error : -EAGAIN;
    if (!same)
        return refuse(connection, secured, fd, result == 1);
    atomic_store(&secured->state, SECURED_READY);
    return 0;
}
