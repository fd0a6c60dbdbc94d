/* SPDX-License-Identifier: MIT
 *
 * See tls_identity.h.
 */
#include "repair/tls_identity.h"

#include <string.h>

/* <openssl/ssl.h>, <openssl/x509_vfy.h>, <openssl/obj_mac.h>. */
enum { VERIFY_PEER = 1, VERIFIED_OK = 0, NID_SUBJECT_ALT_NAME = 85 };

/* Of `bytes` of an encoding, which is given back. */
static bool digest(const struct openssl *library, int bytes, unsigned char **der,
                   struct secured_digest *digest)
{
    bool done = bytes > 0 && library->SHA256(*der, (size_t)bytes, digest->bytes);
    library->CRYPTO_free(*der, "", 0);
    *der = NULL;
    return done;
}

static bool digest_alternatives(const struct openssl *library, const X509 *certificate,
                                struct secured_digest *alternatives)
{
    unsigned char *der = NULL;
    int place = library->X509_get_ext_by_NID(certificate, NID_SUBJECT_ALT_NAME, -1);
    const X509_EXTENSION *names = place < 0 ? NULL : library->X509_get_ext(certificate, place);
    return place < 0 ||
           digest(library, library->i2d_X509_EXTENSION(names, &der), &der, alternatives);
}

static void digest_certificate(const struct openssl *library, const X509 *certificate,
                               struct secured_certificate *into)
{
    unsigned char *der = NULL;
    const X509_PUBKEY *key = library->X509_get_X509_PUBKEY(certificate);
    const X509_NAME *subject = library->X509_get_subject_name(certificate);
    into->known = digest(library, library->i2d_X509(certificate, &der), &der, &into->whole) &&
                  digest(library, library->i2d_X509_PUBKEY(key, &der), &der, &into->key) &&
                  digest(library, library->i2d_X509_NAME(subject, &der), &der, &into->subject) &&
                  digest_alternatives(library, certificate, &into->alternatives);
}

static void digest_own(const struct openssl *library, const SSL *ssl, struct secured_digest *own)
{
    unsigned char *der = NULL;
    const X509 *certificate = library->SSL_get_certificate(ssl);
    if (certificate)
        (void)digest(library, library->i2d_X509(certificate, &der), &der, own);
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
    *peer = (struct secured_peer){.version = library->SSL_version(ssl),
                                  .verified = library->SSL_get_verify_result(ssl)};
    peer->cipher_bits = cipher ? library->SSL_CIPHER_get_bits(cipher, NULL) : 0;
    if (certificate)
        digest_certificate(library, certificate, &peer->certificate);
    library->X509_free(certificate);
    digest_own(library, ssl, &peer->own);
    return note_alpn(library, ssl, peer);
}

static bool is_same(const struct secured_digest *a, const struct secured_digest *b)
{
    return !memcmp(a, b, sizeof *a);
}

/* Another one for the same key and the same names, which the program had OpenSSL verify. (One that
 * verifies by hand afterwards is not asked again, and may look at more than these.) */
static bool is_renewed(const struct openssl *library, const SSL *ssl,
                       const struct secured_peer *now, const struct secured_peer *first)
{
    return library->SSL_get_verify_mode(ssl) & VERIFY_PEER && first->verified == VERIFIED_OK &&
           is_same(&now->certificate.key, &first->certificate.key) &&
           is_same(&now->certificate.subject, &first->certificate.subject) &&
           is_same(&now->certificate.alternatives, &first->certificate.alternatives);
}

/* A full handshake proves that the other side holds the key of its certificate. */
static bool is_same_certificate(const struct openssl *library, const SSL *ssl,
                                const struct secured_peer *now, const struct secured_peer *first)
{
    return now->certificate.known && first->certificate.known && now->verified == first->verified &&
           is_same(&now->own, &first->own) &&
           (is_same(&now->certificate.whole, &first->certificate.whole) ||
            is_renewed(library, ssl, now, first));
}

bool tls_is_same_server(const struct openssl *library, const SSL *ssl,
                        const struct secured_peer *first)
{
    struct secured_peer now;
    if (!tls_identify(library, ssl, &now) || now.version < first->version ||
        now.cipher_bits < first->cipher_bits || memcmp(now.alpn, first->alpn, sizeof now.alpn) != 0)
        return false;
    return library->SSL_session_reused(ssl) || is_same_certificate(library, ssl, &now, first);
}
