/* SPDX-License-Identifier: MIT
 *
 * Which session an SSL object runs, and over which connection: found by its socket, which is sure, or by
 * the object alone, which is quick.
 */
#ifndef UNSTALE_DOORS_SECURE_FIND_H
#define UNSTALE_DOORS_SECURE_FIND_H

#include "doors/secure.h"

/* By the socket. The record is made now if the session `begins` now. False: it is not followed.
 * `secure->library` is given. Changes errno. */
bool secure_find(struct secure *secure, SSL *ssl, bool begins);

/* By the object, which secure_find() has found before: only a session whose handshake is complete, and in
 * which no thread is. Asks OpenSSL for no more than the object's BIOs. Keeps errno. */
bool secure_find_at_hand(struct secure *secure, SSL *ssl);

#endif
