/* SPDX-License-Identifier: MIT
 *
 * See tls_identity.h.
 */
#include "repair/tls_identity.h"

#include <string.h>

static void digest_key(const struct openssl *library, const X509 *certificate,
                       struct secured_peer *peer)
{
    unsigned char *der = NULL;
    X509_PUBKEY *key = library->X509_get_X509_PUBKEY(certificate);
    int bytes = key ? library->i2d_X509_PUBKEY(key, &der) : 0;
    if (bytes > 0 && library->SHA256(der, (size_t)bytes, peer->key))
        peer->has_key = true;
    library->CRYPTO_free(der, "", 0);
}

/* "http/1.0" and "http/1.1" are the names of RFC 7301 section 6. */
static bool note_alpn(const struct openssl *library, const SSL *ssl, struct secured_peer *peer)
{
    const unsigned char *name = NULL;
    unsigned bytes = 0;
    library->SSL_get0_alpn_selected(ssl, &name, &bytes);
    if (!bytes)
        return true;
    if (bytes != sizeof peer->alpn || memcmp(name, "http/1.", sizeof peer->alpn - 1) != 0)
        return false;
    memcpy(peer->alpn, name, sizeof peer->alpn);
    return true;
}

bool tls_identify(const struct openssl *library, const SSL *ssl, struct secured_peer *peer)
{
    const SSL_CIPHER *cipher = library->SSL_get_current_cipher(ssl);
    X509 *certificate = library->SSL_get1_peer_certificate(ssl);
    *peer = (struct secured_peer){.version = library->SSL_version(ssl)};
    peer->cipher_bits = cipher ? library->SSL_CIPHER_get_bits(cipher, NULL) : 0;
    if (certificate)
        digest_key(library, certificate, peer);
    library->X509_free(certificate);
    return note_alpn(library, ssl, peer);
}

bool tls_is_same_server(const struct openssl *library, const SSL *ssl,
                        const struct secured_peer *first)
{
    struct secured_peer now;
    if (!tls_identify(library, ssl, &now) || now.version < first->version ||
        now.cipher_bits < first->cipher_bits || memcmp(now.alpn, first->alpn, sizeof now.alpn) != 0)
        return false;
    return library->SSL_session_reused(ssl) ||
           (now.has_key && first->has_key && !memcmp(now.key, first->key, sizeof now.key));
}
