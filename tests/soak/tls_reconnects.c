/* SPDX-License-Identifier: MIT
 *
 * One SSL object that is reconnected over and over: COUNT requests to a server, in a child of its own,
 * that says with each answer that it will close. Fails when a request is not answered, when one did
 * not come by a connection of its own, or when memory grows by more than GROWTH_KIB after the
 * first tenth. Called as: tls_reconnects COUNT CERTIFICATE KEY GROWTH_KIB
 */
#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

static const char response[] = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok";
static const char request[] = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
static volatile long *connections; /* shared with the server */

static void serve(int listener, const char *certificate, const char *key)
{
    char bytes[1024];
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGPIPE, SIG_IGN);
    SSL_CTX_use_certificate_chain_file(context, certificate);
    SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM);
    for (;;) {
        int fd = accept(listener, NULL, NULL);
        SSL *ssl = SSL_new(context);
        ++*connections;
        SSL_set_fd(ssl, fd);
        if (SSL_accept(ssl) == 1)
            while (SSL_read(ssl, bytes, sizeof bytes) > 0)
                SSL_write(ssl, response, sizeof response - 1);
        ERR_clear_error();
        SSL_free(ssl);
        close(fd);
    }
}

static int listen_somewhere(struct sockaddr_in *address)
{
    socklen_t length = sizeof *address;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    *address = (struct sockaddr_in){.sin_family = AF_INET};
    address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(listener, (struct sockaddr *)address, sizeof *address) || listen(listener, 16) ||
        getsockname(listener, (struct sockaddr *)address, &length))
        exit(2);
    return listener;
}

static long resident_kib(void)
{
    long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file || fscanf(file, "%*d %ld", &pages) != 1)
        exit(2);
    fclose(file);
    return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

static int exchange(SSL *ssl)
{
    char bytes[1024];
    return SSL_write(ssl, request, sizeof request - 1) == sizeof request - 1 &&
           SSL_read(ssl, bytes, sizeof bytes) == sizeof response - 1;
}

int main(int argc, char **argv)
{
    struct sockaddr_in address;
    long count = argc == 5 ? atol(argv[1]) : 0;
    long after_tenth = 0;

    if (count < 10)
        return 2;
    connections = mmap(NULL, sizeof *connections, PROT_READ | PROT_WRITE,
                       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int listener = listen_somewhere(&address);
    pid_t server = fork();
    if (!server)
        serve(listener, argv[2], argv[3]);
    close(listener);

    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    SSL *ssl = SSL_new(context);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) || !SSL_set_fd(ssl, fd) ||
        SSL_connect(ssl) != 1)
        return 2;
    long answered = 0;
    while (answered < count && exchange(ssl))
        if (++answered == count / 10)
            after_tenth = resident_kib();
    long grown = resident_kib() - after_tenth;
    int resumed = SSL_session_reused(ssl);
    SSL_free(ssl);
    SSL_CTX_free(context);
    close(fd);
    kill(server, SIGKILL);
    printf("answered %ld of %ld, connections %ld, the last one %s, memory grown by %ld KiB\n",
           answered, count, *connections, resumed ? "resumed" : "full", grown);
    return answered == count && *connections == count && grown <= atol(argv[4]) ? 0 : 1;
}
