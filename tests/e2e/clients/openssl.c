/* SPDX-License-Identifier: MIT
 *
 * See openssl.h.
 */
#include "openssl.h"

#include <arpa/inet.h>
#include <errno.h>
#include <openssl/err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static SSL_CTX *context(void)
{
    static SSL_CTX *made;
    const char *most = getenv("TLS_MOST");

    if (made)
        return made;
    made = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_verify(made, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_default_verify_paths(made);
    if (most && strcmp(most, "1.2") == 0)
        SSL_CTX_set_max_proto_version(made, TLS1_2_VERSION);
    return made;
}

SSL *openssl_session(const struct job *job, int fd)
{
    static const unsigned char alpn[] = "\x08http/1.1";
    char address[INET_ADDRSTRLEN];
    SSL *ssl = SSL_new(context());

    inet_ntop(AF_INET, &job->peer.sin_addr, address, sizeof address);
    if (!ssl || !SSL_set_fd(ssl, fd) || SSL_set_alpn_protos(ssl, alpn, sizeof alpn - 1) ||
        !X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), address)) {
        fprintf(stderr, "OpenSSL gives no session\n");
        exit(2);
    }
    return ssl;
}

const char *openssl_problem(SSL *ssl, int result)
{
    int saved = errno;
    int error = SSL_get_error(ssl, result);
    unsigned long queued = ERR_get_error();

    ERR_clear_error();
    if (queued)
        return ERR_reason_error_string(queued);
    if (error == SSL_ERROR_SYSCALL && saved)
        return strerror(saved);
    return "closed before the response";
}
