/* SPDX-License-Identifier: MIT
 *
 * Whom a handshake was with. Called when a handshake is complete, in the thread that uses the SSL
 * object; the caller keeps OpenSSL's error queue clean.
 */
#ifndef UNSTALE_REPAIR_TLS_IDENTITY_H
#define UNSTALE_REPAIR_TLS_IDENTITY_H

#include <stdbool.h>

#include "connection/secured.h"

/* Fills *peer. False: a protocol other than HTTP/1 was agreed on. */
bool tls_identify(const struct openssl *library, const SSL *ssl, struct secured_peer *peer);

/* True when the handshake that `ssl` has just completed was with the server of `first`: it knew the
 * secrets of the old session (resumption), or it holds the private key of the same certificate, or of
 * one that took its place and that the program's own settings have verified; and the program showed it
 * the same certificate of its own. The version is not older, the cipher not weaker and the protocol the
 * same. */
bool tls_is_same_server(const struct openssl *library, const SSL *ssl,
                        const struct secured_peer *first);

#endif
