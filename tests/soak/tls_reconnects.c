/* SPDX-License-Identifier: MIT
 *
 * One SSL object that is reconnected over and over: COUNT requests to a server, in a child of its own,
 * that says with each answer that it will close. Fails when a request is not answered, when one did
 * not come by a connection of its own, or when memory grows by more than GROWTH_KIB after the
 * first tenth. Called as: tls_reconnects COUNT CERTIFICATE KEY GROWTH_KIB VERSION (1.3 or 1.2). The
 * server is executed, so that valgrind does not run it too.
 */
#include <arpa/inet.h>
#include <netinet/tcp.h>
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
    const int yes = 1;

    signal(SIGPIPE, SIG_IGN);
    SSL_CTX_use_certificate_chain_file(context, certificate);
    SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM);
    for (;;) {
        int fd = accept(listener, NULL, NULL);
        SSL *ssl = SSL_new(context);
        ++*connections;
        /* Or the response waits for the client to acknowledge the tickets: 40 ms. */
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        SSL_set_fd(ssl, fd);
        if (SSL_accept(ssl) == 1)
            while (SSL_read(ssl, bytes, sizeof bytes) > 0)
                SSL_write(ssl, response, sizeof response - 1);
        ERR_clear_error();
        SSL_free(ssl);
        close(fd);
    }
}

/* In the memory that both processes see through the descriptor. */
static void map_count(int memory)
{
    connections = mmap(NULL, sizeof *connections, PROT_READ | PROT_WRITE, MAP_SHARED, memory, 0);
}

static pid_t start_server(char **argv, int memory, int listener)
{
    char numbers[2][16];
    char *preload = getenv("LD_PRELOAD");
    pid_t server;

    snprintf(numbers[0], sizeof numbers[0], "%d", memory);
    snprintf(numbers[1], sizeof numbers[1], "%d", listener);
    if ((server = fork()))
        return server;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (preload && strstr(preload, "asan") == NULL)
        unsetenv("LD_PRELOAD");
    execl(argv[0], argv[0], "serve", numbers[0], numbers[1], argv[2], argv[3], NULL);
    _exit(2);
}

static int listen_somewhere(struct sockaddr_in *address)
{
    socklen_t length = sizeof *address;
    int listener = socket(AF_INET, SOCK_STREAM, 0);

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
    long count = argc == 6 ? atol(argv[1]) : 0;
    long after_tenth = 0;

    if (argc == 6 && strcmp(argv[1], "serve") == 0) {
        map_count(atoi(argv[2]));
        serve(atoi(argv[3]), argv[4], argv[5]);
    }
    if (count < 10)
        return 2;
    int memory = memfd_create("connections", 0);
    if (ftruncate(memory, sizeof *connections) != 0)
        return 2;
    map_count(memory);
    int listener = listen_somewhere(&address);
    pid_t server = start_server(argv, memory, listener);
    close(listener);

    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    if (strcmp(argv[5], "1.2") == 0)
        SSL_CTX_set_max_proto_version(context, TLS1_2_VERSION);
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
