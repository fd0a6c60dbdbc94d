/* SPDX-License-Identifier: MIT
 *
 * The OpenSSL libraries of this process: which one an SSL object belongs to, and its functions.
 * Nothing is done before the first call of an SSL door, and nothing here runs on any other path.
 * Not async-signal-safe, as OpenSSL itself is not.
 */
#ifndef UNSTALE_BASE_OPENSSL_H
#define UNSTALE_BASE_OPENSSL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/compiler.h"
#include "base/openssl_list.h"

/* OpenSSL's types, which we know by name only. */
typedef struct ssl_st SSL;
typedef struct ssl_ctx_st SSL_CTX;
typedef struct ssl_session_st SSL_SESSION;
typedef struct ssl_cipher_st SSL_CIPHER;
typedef struct bio_st BIO;
typedef struct x509_st X509;
typedef struct X509_pubkey_st X509_PUBKEY;
typedef struct X509_name_st X509_NAME;
typedef struct X509_extension_st X509_EXTENSION;
typedef struct crypto_ex_data_st CRYPTO_EX_DATA;
typedef void (*SSL_info_callback)(const SSL *, int, int);
typedef void (*ex_new)(void *, void *, CRYPTO_EX_DATA *, int, long, void *);
typedef int (*ex_dup)(CRYPTO_EX_DATA *, const CRYPTO_EX_DATA *, void **, int, long, void *);
typedef void (*ex_free)(void *, void *, CRYPTO_EX_DATA *, int, long, void *);

/* The symbol version of what is called and stood in front of. */
#define OPENSSL_VERSION "OPENSSL_3.0.0"

struct openssl {
#define X(name, result, parameters) result(*name) parameters;
    UNSTALE_INTERPOSED_OPENSSL(X)
    UNSTALE_CALLED_OPENSSL(X)
#undef X
    int session_index; /* where an SSL object keeps a session for us (tls_renew.c); -1: nowhere */
    int apart_index;   /* ... and what connection/apart.c knows of it; -1: nowhere */
    bool whole;        /* no function is missing */
};

/* The library that made `ssl`. Null: none that we know of. A look-up of a few nanoseconds, but for
 * the first time that an object of its method is seen. Changes errno. */
const struct openssl *openssl_of(const SSL *ssl);

/* What `caller` (a return address) would have called for `name` if it were not for us. For objects
 * that no library is known for; slow. Null: there is none. */
void *openssl_next(const char *name, const void *caller);

#endif
