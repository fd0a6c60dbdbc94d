/* SPDX-License-Identifier: MIT
 *
 * The functions of OpenSSL 3 that we stand in front of, as one list, and those that we call. They are
 * never linked: libssl may not be there, may come late (dlopen), may be there twice. Made from the
 * lists: the table of pointers (openssl.h), the version script and the symbol tests. Each door is
 * exported under the symbol version of OpenSSL alone, so that what asks for the same name of another
 * library (BoringSSL, LibreSSL, OpenSSL 1.1), or without a version (dlsym), never finds it.
 *
 * X(name, result type, parameter types)
 */
#ifndef UNSTALE_BASE_OPENSSL_LIST_H
#define UNSTALE_BASE_OPENSSL_LIST_H

#define UNSTALE_INTERPOSED_OPENSSL(X)                                                              \
    X(SSL_write, int, (SSL *, const void *, int))                                                  \
    X(SSL_write_ex, int, (SSL *, const void *, size_t, size_t *))                                  \
    X(SSL_write_early_data, int, (SSL *, const void *, size_t, size_t *))                          \
    X(SSL_sendfile, ssize_t, (SSL *, int, off_t, size_t, int))                                     \
    X(SSL_read, int, (SSL *, void *, int))                                                         \
    X(SSL_read_ex, int, (SSL *, void *, size_t, size_t *))                                         \
    X(SSL_peek, int, (SSL *, void *, int))                                                         \
    X(SSL_peek_ex, int, (SSL *, void *, size_t, size_t *))                                         \
    X(SSL_connect, int, (SSL *))                                                                   \
    X(SSL_do_handshake, int, (SSL *))                                                              \
    X(SSL_shutdown, int, (SSL *))                                                                  \
    X(SSL_clear, int, (SSL *))                                                                     \
    X(SSL_free, void, (SSL *))                                                                     \
    X(SSL_get_finished, size_t, (const SSL *, void *, size_t))                                     \
    X(SSL_get_peer_finished, size_t, (const SSL *, void *, size_t))                                \
    X(SSL_export_keying_material, int,                                                             \
      (SSL *, unsigned char *, size_t, const char *, size_t, const unsigned char *, size_t, int))

#define UNSTALE_CALLED_OPENSSL(X)                                                                  \
    X(SSL_get_rbio, BIO *, (const SSL *))                                                          \
    X(SSL_get_wbio, BIO *, (const SSL *))                                                          \
    X(BIO_method_type, int, (const BIO *))                                                         \
    X(BIO_test_flags, int, (const BIO *, int))                                                     \
    X(BIO_next, BIO *, (BIO *))                                                                    \
    X(BIO_ctrl, long, (BIO *, int, long, void *))                                                  \
    X(SSL_ctrl, long, (SSL *, int, long, void *))                                                  \
    X(SSL_is_server, int, (const SSL *))                                                           \
    X(SSL_is_init_finished, int, (const SSL *))                                                    \
    X(SSL_in_before, int, (const SSL *))                                                           \
    X(SSL_renegotiate_pending, int, (const SSL *))                                                 \
    X(SSL_get_shutdown, int, (const SSL *))                                                        \
    X(SSL_set_shutdown, void, (SSL *, int))                                                        \
    X(SSL_set_connect_state, void, (SSL *))                                                        \
    X(SSL_has_pending, int, (const SSL *))                                                         \
    X(SSL_want, int, (const SSL *))                                                                \
    X(SSL_version, int, (const SSL *))                                                             \
    X(SSL_get_current_cipher, const SSL_CIPHER *, (const SSL *))                                   \
    X(SSL_CIPHER_get_bits, int, (const SSL_CIPHER *, int *))                                       \
    X(SSL_get0_alpn_selected, void, (const SSL *, const unsigned char **, unsigned *))             \
    X(SSL_get_client_random, size_t, (const SSL *, unsigned char *, size_t))                       \
    X(SSL_get_servername, const char *, (const SSL *, int))                                        \
    X(SSL_get_SSL_CTX, SSL_CTX *, (const SSL *))                                                   \
    X(SSL_get_info_callback, SSL_info_callback, (const SSL *))                                     \
    X(SSL_CTX_get_info_callback, SSL_info_callback, (SSL_CTX *))                                   \
    X(SSL_get1_session, SSL_SESSION *, (SSL *))                                                    \
    X(SSL_set_session, int, (SSL *, SSL_SESSION *))                                                \
    X(SSL_session_reused, int, (const SSL *))                                                      \
    X(SSL_SESSION_is_resumable, int, (const SSL_SESSION *))                                        \
    X(SSL_SESSION_free, void, (SSL_SESSION *))                                                     \
    X(SSL_get_ex_data, void *, (const SSL *, int))                                                 \
    X(SSL_set_ex_data, int, (SSL *, int, void *))                                                  \
    X(CRYPTO_get_ex_new_index, int, (int, long, void *, ex_new, ex_dup, ex_free))                  \
    X(SSL_get1_peer_certificate, X509 *, (const SSL *))                                            \
    X(SSL_get_certificate, X509 *, (const SSL *))                                                  \
    X(SSL_get_verify_mode, int, (const SSL *))                                                     \
    X(SSL_get_verify_result, long, (const SSL *))                                                  \
    X(i2d_X509, int, (const X509 *, unsigned char **))                                             \
    X(X509_get_subject_name, X509_NAME *, (const X509 *))                                          \
    X(i2d_X509_NAME, int, (const X509_NAME *, unsigned char **))                                   \
    X(X509_get_ext_by_NID, int, (const X509 *, int, int))                                          \
    X(X509_get_ext, X509_EXTENSION *, (const X509 *, int))                                         \
    X(i2d_X509_EXTENSION, int, (const X509_EXTENSION *, unsigned char **))                         \
    X(X509_get_X509_PUBKEY, X509_PUBKEY *, (const X509 *))                                         \
    X(i2d_X509_PUBKEY, int, (const X509_PUBKEY *, unsigned char **))                               \
    X(X509_free, void, (X509 *))                                                                   \
    X(SHA256, unsigned char *, (const unsigned char *, size_t, unsigned char *))                   \
    X(CRYPTO_free, void, (void *, const char *, int))                                              \
    X(ERR_set_mark, int, (void))                                                                   \
    X(ERR_pop_to_mark, int, (void))

#endif
