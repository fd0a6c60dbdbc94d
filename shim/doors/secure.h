/* SPDX-License-Identifier: MIT
 *
 * What every door of OpenSSL does around the next function:
 *
 *     if (!secure_enter(&secure, ssl))
 *         return UNFOLLOWED(...);                 nothing of ours
 *     ... secure.library->SSL_...(ssl, ...)
 *     secure_leave(&secure);
 */
#ifndef UNSTALE_DOORS_SECURE_H
#define UNSTALE_DOORS_SECURE_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/openssl.h"
#include "connection/secured.h"
#include "doors/outgoing.h"

struct secure {
    const struct openssl *library; /* of the SSL object; null: not known */
    struct connection *connection;
    struct secured *secured;
    struct outgoing outgoing; /* of a write */
    uint32_t incarnation;
    int fd;
    bool apart;   /* known, and not followed, as it goes through a BIO that is no socket */
    bool refused; /* a write from within our own handshake (a callback): it must fail */
    bool passed;  /* over a connection that is passed for ever (secure_straight.h) */
};

/* The name of a door inside this library, and the one under which it leaves. */
#define OPENSSL_DOOR(name)                                                                         \
    __asm__(".symver door_" #name ", " #name "@" OPENSSL_VERSION);                                 \
    EXPORTED __typeof__(*((struct openssl *)0)->name) door_##name;

/* The next `name` with `arguments`, for an object that is not followed: in the door itself, and elsewhere for
 * the `caller` of the door. */
#define UNFOLLOWED(secure, name, failure, arguments)                                               \
    UNFOLLOWED_FOR(__builtin_return_address(0), secure, name, failure, arguments)
#define UNFOLLOWED_FOR(caller, secure, name, failure, arguments)                                   \
    ({                                                                                             \
        __typeof__((secure).library->name) found = (secure).library                                \
                                                       ? (secure).library->name                    \
                                                       : (__typeof__(found))openssl_next(#name,    \
                                                                                         caller);  \
        found ? found arguments : (failure);                                                       \
    })

/* Where the program has no connection of ours yet, or never: the next `name`, and no more. */
#define WITHOUT_CONNECTIONS(caller, name, failure, arguments)                                      \
    if (!atomic_load_explicit(&connection_any, memory_order_relaxed)) {                            \
        int saved = errno;                                                                         \
        const struct secure none = {.library = openssl_of(ssl)};                                   \
        errno = saved;                                                                             \
        return UNFOLLOWED_FOR(caller, none, name, failure, arguments);                             \
    }

/* True: the session of `ssl` is followed, and the thread is noted to be inside. False: `library` is
 * set all the same, if it is known. Keeps errno. */
bool secure_enter(struct secure *secure, SSL *ssl);

/* Where the short way (secure_straight.h) has said no: the same, but false at once on a connection that is
 * passed for ever. */
bool secure_enter_further(struct secure *secure, SSL *ssl);

/* The same, but false for a session that has not begun: another object may take its socket yet. */
bool secure_enter_begun(struct secure *secure, SSL *ssl);

/* What a session that is not followed has taken or handed out; `accepted` or `count` may be 0. Keep errno. */
void secure_note_sent(const struct secure *secure, SSL *ssl, const void *buffer, size_t accepted);
void secure_note_received(const struct secure *secure, SSL *ssl, const void *buffer, size_t count);

/* False: the connection has been closed meanwhile, and its record may be another's. */
static inline bool secure_is_still(const struct secure *secure)
{
    return atomic_load_explicit(&secure->connection->incarnation, memory_order_relaxed) ==
           secure->incarnation;
}

/* Notes the end of the first handshake, and that the thread is outside again. Keeps errno. */
void secure_leave(struct secure *secure);

/* Before anything else than reads and writes: goes on with a handshake of ours. False: the call fails, errno is set. */
bool secure_is_ready(struct secure *secure);

/* Before plaintext is read or looked at: the same, and a connection that was evicted ends there as after a
 * close_notify. */
bool secure_begin_read(struct secure *secure);

/* Before `count` bytes of plaintext go out: asks, reconnects and renews where that is due. False: the
 * call fails, errno is set. secure_end_write() must follow in both cases. */
bool secure_begin_write(struct secure *secure, const void *buffer, size_t count);

/* OpenSSL has accepted `accepted` of them. Leaves. Keeps errno. */
void secure_end_write(struct secure *secure, const void *buffer, size_t accepted);

/* OpenSSL has handed out `count` bytes in `buffer`, or none. Leaves. Keeps errno. */
void secure_end_read(struct secure *secure, void *buffer, size_t count);

#endif
