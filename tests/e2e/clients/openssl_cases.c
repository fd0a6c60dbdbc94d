/* SPDX-License-Identifier: MIT
 *
 * Two requests over one TLS connection with a pause between, by a program that does something special
 * with its SSL object in one of the ways below. Called as: openssl_cases CASE PORT GAP_MS; sends
 * GET /CASE twice and prints "answered", or what the second request met.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static SSL *ssl;
static int fd;
static BIO *network; /* the far end of a memory BIO pair, if there is one */

static void nothing(void)
{
}

static void on_info(const SSL *which, int where, int result)
{
    (void)which, (void)where, (void)result;
}

static void listen_to_handshakes(void)
{
    SSL_set_info_callback(ssl, on_info);
}

static void use_memory_bios(void)
{
    BIO *inner;
    BIO_new_bio_pair(&inner, 0, &network, 0);
    SSL_set_bio(ssl, inner, inner);
}

static void put_a_filter_between(void)
{
    BIO *socket = BIO_new_socket(fd, BIO_NOCLOSE);
    BIO *filter = BIO_push(BIO_new(BIO_f_buffer()), socket);
    BIO_up_ref(socket);
    SSL_set_bio(ssl, filter, socket);
}

static void use_two_numbers(void)
{
    SSL_set_wfd(ssl, dup(fd));
}

static void try_early_data(void)
{
    size_t written;
    SSL_write_early_data(ssl, "", 0, &written);
    ERR_clear_error();
}

static void set_modes(void)
{
    SSL_set_mode(ssl, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                          SSL_MODE_RELEASE_BUFFERS);
    SSL_clear_mode(ssl, SSL_MODE_AUTO_RETRY);
    SSL_set_quiet_shutdown(ssl, 1);
}

/* An event loop that reads whenever it may, also while a write is not complete. */
static void read_in_between(void)
{
    fcntl(fd, F_SETFL, O_NONBLOCK);
}

static void read_ahead(void)
{
    SSL_set_read_ahead(ssl, 1);
}

static void refuse_tickets(void)
{
    SSL_set_options(ssl, SSL_OP_NO_TICKET);
    SSL_set_max_proto_version(ssl, TLS1_2_VERSION);
}

static void work_asynchronously(void)
{
    SSL_set_mode(ssl, SSL_MODE_ASYNC);
}

static void export_a_key(void)
{
    unsigned char key[32];
    SSL_export_keying_material(ssl, key, sizeof key, "EXPORTER-Channel-Binding", 24, NULL, 0, 0);
}

static void bind_the_channel(void)
{
    unsigned char finished[64];
    SSL_get_finished(ssl, finished, sizeof finished);
}

static void update_keys(void)
{
    SSL_key_update(ssl, SSL_KEY_UPDATE_REQUESTED);
    SSL_do_handshake(ssl);
}

static void share_with_a_child(void)
{
    pid_t child = fork();
    if (!child)
        _exit(0);
    waitpid(child, NULL, 0);
}

static void look_at_the_certificate(void)
{
    X509 *certificate = SSL_get0_peer_certificate(ssl);
    if (!certificate || SSL_get_verify_result(ssl) == X509_V_ERR_OUT_OF_MEM)
        exit(3);
}

static const struct {
    const char *name;
    void (*before)(void); /* the handshake */
    void (*after)(void);  /* the first exchange */
} cases[] = {
    {"plain", nothing, nothing},
    {"modes", set_modes, nothing},
    {"read-in-between", read_in_between, nothing},
    {"read-ahead", read_ahead, nothing},
    {"no-tickets", refuse_tickets, nothing},
    {"certificate", nothing, look_at_the_certificate},
    {"info-callback", listen_to_handshakes, nothing},
    {"memory-bio", use_memory_bios, nothing},
    {"filter-bio", put_a_filter_between, nothing},
    {"two-numbers", use_two_numbers, nothing},
    {"early-data", try_early_data, nothing},
    {"async", work_asynchronously, nothing},
    {"exporter", nothing, export_a_key},
    {"finished", nothing, bind_the_channel},
    {"key-update", nothing, update_keys},
    {"fork", nothing, share_with_a_child},
};

/* On a non-blocking socket: waits for what a call wants. True: it is to be tried again. */
static int wait_and_read(int result)
{
    int wanted = SSL_get_error(ssl, result);
    struct pollfd poller = {.fd = fd, .events = wanted == SSL_ERROR_WANT_WRITE ? POLLOUT : POLLIN};
    char byte;

    if (wanted != SSL_ERROR_WANT_READ && wanted != SSL_ERROR_WANT_WRITE)
        return 0;
    poll(&poller, 1, 5000);
    if (SSL_peek(ssl, &byte, 1) <= 0)
        SSL_read(ssl, &byte, 0);
    return 1;
}

/* Moves what the memory BIO holds to the socket, and one piece back when OpenSSL wants one. */
static int pump(int result)
{
    char bytes[4096];
    int count;

    if (!network)
        return result <= 0 && wait_and_read(result);
    while ((count = BIO_read(network, bytes, sizeof bytes)) > 0)
        if (write(fd, bytes, (size_t)count) != count)
            return 0;
    if (result > 0 || SSL_get_error(ssl, result) != SSL_ERROR_WANT_READ)
        return 0;
    count = (int)read(fd, bytes, sizeof bytes);
    return count > 0 && BIO_write(network, bytes, count) == count;
}

static int exchange(const char *name)
{
    char text[256];
    int result;
    int count = snprintf(text, sizeof text, "GET /%s HTTP/1.1\r\nHost: localhost\r\n\r\n", name);

    do
        result = SSL_write(ssl, text, count);
    while (pump(result) && result <= 0);
    if (result != count)
        return -1;
    do
        result = SSL_read(ssl, text, sizeof text);
    while ((pump(result) || SSL_get_error(ssl, result) == SSL_ERROR_WANT_READ) && result <= 0);
    return result > 12 && !memcmp(text, "HTTP/1.1 200", 12) ? 0 : -1;
}

static void open_connection(const char *port)
{
    struct sockaddr_in peer = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(port))};
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());

    peer.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(fd, (struct sockaddr *)&peer, sizeof peer) != 0)
        exit(2);
    ssl = SSL_new(context);
    SSL_set_tlsext_host_name(ssl, "name.example");
    SSL_set_fd(ssl, fd);
}

int main(int argc, char **argv)
{
    size_t index = 0;

    while (argc == 4 && index < sizeof cases / sizeof cases[0] &&
           strcmp(cases[index].name, argv[1]) != 0)
        index++;
    if (argc != 4 || index == sizeof cases / sizeof cases[0]) {
        fprintf(stderr, "usage: %s CASE PORT GAP_MS\n", argv[0]);
        return 2;
    }
    open_connection(argv[2]);
    cases[index].before();
    SSL_set_connect_state(ssl);
    if (exchange(argv[1]) != 0) {
        puts("the first request failed");
        return 1;
    }
    cases[index].after();
    usleep((useconds_t)atoi(argv[3]) * 1000);
    puts(exchange(argv[1]) == 0 ? "answered" : strerror(errno));
    return 0;
}
