/* SPDX-License-Identifier: MIT
 * flags: -lssl -lcrypto
 * limit-per-run: 40s
 *
 * Threads that each have short-lived TLS sessions of their own, all at the same time: an SSL object's memory,
 * a descriptor's number and what the shim keeps of a session go from one thread to the other. Each request
 * must get its own answer. The server's ends are in the same program, in threads of their own.
 */
#include <arpa/inet.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "trap.h"

enum { THREADS = 6, SESSIONS = 8, EXCHANGES = 12 };

static SSL_CTX *serving;
static SSL_CTX *asking;
static struct sockaddr_in address = {.sin_family = AF_INET};
static int listener;
static _Atomic unsigned answered;

static void make_server(void)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = X509_new();
    X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 86400);
    X509_set_pubkey(certificate, key);
    CHECK(X509_sign(certificate, key, EVP_sha256()));
    serving = SSL_CTX_new(TLS_server_method());
    CHECK_EQUAL(SSL_CTX_use_certificate(serving, certificate), 1);
    CHECK_EQUAL(SSL_CTX_use_PrivateKey(serving, key), 1);
    X509_free(certificate);
    EVP_PKEY_free(key);
}

static SSL *session_on(SSL_CTX *context, int fd)
{
    SSL *ssl = SSL_new(context);
    CHECK(ssl && SSL_set_fd(ssl, fd));
    return ssl;
}

/* Answers each request with what it asks for. The client may be gone before it has its tickets. */
static void *serve(void *argument)
{
    sigset_t pipe;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, NULL);
    int fd = (int)(intptr_t)argument;
    char request[256];
    char answer[256];
    char name[32];
    SSL *ssl = session_on(serving, fd);
    int count = SSL_accept(ssl) == 1 ? SSL_read(ssl, request, sizeof request - 1) : 0;
    for (; count > 0; count = SSL_read(ssl, request, sizeof request - 1)) {
        request[count] = 0;
        CHECK_EQUAL(sscanf(request, "GET /%31s", name), 1);
        int length = sprintf(answer, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n%s", strlen(name), name);
        if (SSL_write(ssl, answer, length) != length)
            break;
    }
    SSL_free(ssl);
    close(fd);
    return NULL;
}

static void begin(pthread_t *thread, void *(*what)(void *), intptr_t argument)
{
    CHECK_EQUAL(pthread_create(thread, NULL, what, (void *)argument), 0);
}

static void *accept_all(void *unused)
{
    pthread_t thread;
    for (int fd; (fd = accept(listener, NULL, NULL)) >= 0;) {
        begin(&thread, serve, fd);
        pthread_detach(thread);
    }
    return unused;
}

static void exchange(SSL *ssl, unsigned thread, unsigned number)
{
    char name[32];
    char text[256];
    sprintf(name, "%u-%u", thread, number);
    int length = sprintf(text, "GET /%s HTTP/1.1\r\nHost: a\r\n\r\n", name);
    CHECK_EQUAL(SSL_write(ssl, text, length), length);
    int count = SSL_read(ssl, text, sizeof text - 1);
    CHECK(count > 0);
    text[count] = 0;
    CHECK(strstr(text, "\r\n\r\n") && !strcmp(strstr(text, "\r\n\r\n") + 4, name));
    answered++;
}

static void *ask(void *argument)
{
    unsigned thread = (unsigned)(intptr_t)argument;
    for (unsigned i = 0; i < trap_turns(SESSIONS); i++) {
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        CHECK_EQUAL(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
        SSL *ssl = session_on(asking, fd);
        CHECK_EQUAL(SSL_connect(ssl), 1);
        for (unsigned number = 0; number < EXCHANGES; number++)
            exchange(ssl, thread, i * EXCHANGES + number);
        if (i % 2) { /* the other half is just given up */
            SSL_shutdown(ssl);
            SSL_free(ssl);
            close(fd);
        } else {
            close(fd);
            SSL_free(ssl);
        }
    }
    return NULL;
}

int main(void)
{
    pthread_t threads[THREADS];
    pthread_t acceptor;
    socklen_t length = sizeof address;
    make_server();
    asking = SSL_CTX_new(TLS_client_method());
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    listener = socket(AF_INET, SOCK_STREAM, 0);
    CHECK_EQUAL(bind(listener, (struct sockaddr *)&address, length), 0);
    CHECK_EQUAL(listen(listener, 64), 0);
    CHECK_EQUAL(getsockname(listener, (struct sockaddr *)&address, &length), 0);
    begin(&acceptor, accept_all, 0);
    for (int i = 0; i < THREADS; i++)
        begin(&threads[i], ask, i);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    printf("%u answered\n", answered);
    return 0;
}
