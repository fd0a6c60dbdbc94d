/* SPDX-License-Identifier: MIT
 *
 * The short way through the doors of OpenSSL, for what most of an exchange is: a request that is opened
 * a short time after the last exchange, on a connection that nothing but its age could have made stale; and
 * a response that is awaited. The session is found by its SSL object alone, and no more is asked of the
 * kernel than after a short rest in the clear, nor of OpenSSL than the object's BIOs:
 *
 *     if (secure_opens(&secure, ssl)) {
 *         ... secure.library->SSL_write(ssl, ...)
 *         secure_opened(&secure, buffer, accepted);
 *     } else if (!secure_enter_further(&secure, ssl))
 *         ...                                          as in secure.h
 */
#ifndef UNSTALE_DOORS_SECURE_STRAIGHT_H
#define UNSTALE_DOORS_SECURE_STRAIGHT_H

#include "doors/secure.h"

/* Before a write. True: an exchange is opened, and the thread noted to be inside. Keeps errno. */
bool secure_opens(struct secure *secure, SSL *ssl);

/* OpenSSL has accepted `accepted` bytes of it, or none. Leaves. Keeps errno. */
void secure_opened(struct secure *secure, const void *buffer, size_t accepted);

/* Before a read. True: a response is awaited, and the thread noted to be inside. Keeps errno. */
bool secure_awaits(struct secure *secure, SSL *ssl);

/* OpenSSL has handed out `count` bytes in `buffer`, or none. Leaves. Keeps errno. */
void secure_awaited(struct secure *secure, void *buffer, size_t count);

#endif
