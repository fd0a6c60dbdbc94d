/* SPDX-License-Identifier: MIT
 *
 * A library that talks https with whichever libssl it is linked with: for programs that have two.
 */
#include <arpa/inet.h>
#include <dlfcn.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

static SSL *ssl;

/* The file of the libssl that is used. */
const char *plugin_library(void)
{
    Dl_info info;
    return ssl && dladdr(SSL_get_ssl_method(ssl), &info) ? info.dli_fname : "none";
}

/* 1: connected. */
int plugin_connect(int port)
{
    struct sockaddr_in peer = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    peer.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ssl = SSL_new(SSL_CTX_new(TLS_client_method()));
    SSL_set_tlsext_host_name(ssl, "name.example");
    return connect(fd, (struct sockaddr *)&peer, sizeof peer) == 0 && SSL_set_fd(ssl, fd) == 1 &&
           SSL_connect(ssl) == 1;
}

/* 1: answered. */
int plugin_exchange(const char *path)
{
    char text[256];
    int count = snprintf(text, sizeof text, "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n", path);

    return SSL_write(ssl, text, count) == count && SSL_read(ssl, text, sizeof text) > 12 &&
           memcmp(text, "HTTP/1.1 200", 12) == 0;
}
