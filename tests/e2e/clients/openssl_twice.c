/* SPDX-License-Identifier: MIT
 *
 * Two requests over one kept TLS connection, the second one with a secret in it. Called as:
 * openssl_twice PORT GAP_MS VERIFIES SOCKET SESSION MOST, where
 *
 *     VERIFIES  context: OpenSSL verifies certificate and address in each handshake; hand: the program
 *               does, once, after the first; nothing
 *     SOCKET    blocking or nonblocking; neither waits longer than WAIT_MS for the peer
 *     SESSION   resumes: what the server gave may be resumed; forgets: it may not
 *     MOST      1.3, 1.2 or 1.1: the newest version that is offered. 1.1 also takes TLS 1.0
 *
 * Prints what became of the second request: "answered", "answered, resumed", "silence" or "error".
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { WAIT_MS = 4000 };

static const unsigned char alpn[] = "\x08http/1.1\x08http/1.0";

static SSL *ssl;
static int fd;
static int blocking;

/* 1: the call is to be made again; 0: it has failed; -1: nobody answers. */
static int wait_for_peer(int result)
{
    int wanted = SSL_get_error(ssl, result);
    struct pollfd poller = {.fd = fd, .events = wanted == SSL_ERROR_WANT_WRITE ? POLLOUT : POLLIN};

    if (wanted != SSL_ERROR_WANT_READ && wanted != SSL_ERROR_WANT_WRITE)
        return 0;
    if (blocking) /* its own time has run out */
        return -1;
    return poll(&poller, 1, WAIT_MS) == 1 ? 1 : -1;
}

/* NULL: answered. */
static const char *exchange(const char *path)
{
    static char text[256];
    int count = snprintf(text, sizeof text, "POST %s HTTP/1.1\r\nHost: localhost\r\n"
                         "Content-Length: 6\r\n\r\nsecret", path);
    int result;
    int again;

    errno = 0;
    ERR_clear_error();
    while ((result = SSL_write(ssl, text, count)) <= 0)
        if ((again = wait_for_peer(result)) <= 0)
            return again ? "silence" : "error";
    while ((result = SSL_read(ssl, text, sizeof text)) <= 0)
        if ((again = wait_for_peer(result)) <= 0)
            return again ? "silence" : "error";
    return result > 12 && !memcmp(text, "HTTP/1.1 200", 12) ? NULL : "error";
}

static int handshake(void)
{
    int result;

    while ((result = SSL_connect(ssl)) <= 0)
        if (wait_for_peer(result) <= 0)
            return 0;
    return 1;
}

static int verify_by_hand(void)
{
    X509 *certificate = SSL_get1_peer_certificate(ssl);
    int good = certificate && SSL_get_verify_result(ssl) == X509_V_OK &&
               X509_check_ip_asc(certificate, "127.0.0.1", 0) == 1;

    X509_free(certificate);
    return good;
}

static SSL_CTX *context(const char *most)
{
    SSL_CTX *made = SSL_CTX_new(TLS_client_method());

    SSL_CTX_set_default_verify_paths(made);
    if (strcmp(most, "1.2") == 0)
        SSL_CTX_set_max_proto_version(made, TLS1_2_VERSION);
    /* The versions that have had their day are offered by who wishes to. */
    SSL_CTX_set_min_proto_version(made, TLS1_VERSION);
    SSL_CTX_set_cipher_list(made, "DEFAULT:@SECLEVEL=0");
    if (strcmp(most, "1.1") == 0)
        SSL_CTX_set_max_proto_version(made, TLS1_1_VERSION);
    SSL_CTX_set_alpn_protos(made, alpn, sizeof alpn - 1);
    return made;
}

static int open_connection(const char *port)
{
    struct sockaddr_in peer = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(port))};
    struct timeval most = {.tv_sec = WAIT_MS / 1000};

    peer.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (blocking)
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &most, sizeof most);
    return connect(fd, (struct sockaddr *)&peer, sizeof peer) == 0 &&
           (blocking || fcntl(fd, F_SETFL, O_NONBLOCK) == 0);
}

int main(int argc, char **argv)
{
    const char *problem;

    if (argc != 7) {
        fprintf(stderr, "usage: %s PORT GAP_MS VERIFIES SOCKET SESSION MOST\n", argv[0]);
        return 2;
    }
    blocking = strcmp(argv[4], "blocking") == 0;
    ssl = SSL_new(context(argv[6]));
    if (!open_connection(argv[1]) || !SSL_set_fd(ssl, fd))
        return 2;
    if (strcmp(argv[3], "context") == 0) {
        SSL_set_verify(ssl, SSL_VERIFY_PEER, NULL);
        X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), "127.0.0.1");
    }
    if (!handshake() || (strcmp(argv[3], "hand") == 0 && !verify_by_hand()) ||
        exchange("/first") != NULL) {
        puts("the first request failed");
        return 1;
    }
    if (strcmp(argv[5], "forgets") == 0)
        SSL_SESSION_set1_id(SSL_get0_session(ssl), alpn, 0);
    usleep((useconds_t)atoi(argv[2]) * 1000);
    problem = exchange("/second");
    puts(problem ? problem : SSL_session_reused(ssl) ? "answered, resumed" : "answered");
    return 0;
}
