/* SPDX-License-Identifier: MIT
 *
 * See apart.h.
 */
#include "connection/apart.h"

#include <stdatomic.h>
#include <string.h>

#include "connection/opening.h"

enum { HELLOS = 1024, HEAD_MOST = 4096 };

/* Of one SSL object. A server's sessions are settled at once: their connections are not ours. */
enum knowledge { NEW, HTTP1, SETTLED };

/* `random` is 0 while a place is written, so who reads meanwhile finds nothing. */
static TABLE struct hello {
    _Atomic uint64_t random;
    struct connection *_Atomic connection;
    _Atomic uint32_t incarnation;
} hellos[HELLOS];

void apart_note_hello(struct connection *connection, uint64_t random)
{
    struct hello *hello = &hellos[random % HELLOS];
    atomic_store(&hello->random, 0);
    atomic_store(&hello->connection, connection);
    atomic_store(&hello->incarnation, atomic_load(&connection->incarnation));
    atomic_store(&hello->random, random);
}

static struct connection *find(uint64_t random)
{
    const struct hello *hello = &hellos[random % HELLOS];
    if (!random || atomic_load(&hello->random) != random)
        return NULL;
    struct connection *connection = atomic_load(&hello->connection);
    uint32_t incarnation = atomic_load(&hello->incarnation);
    bool same = atomic_load(&hello->random) == random &&
                atomic_load(&connection->incarnation) == incarnation;
    return same ? connection : NULL;
}

static uint64_t random_of(const struct openssl *library, const SSL *ssl)
{
    unsigned char bytes[sizeof(uint64_t)];
    uint64_t random = 0;
    if (library->SSL_get_client_random(ssl, bytes, sizeof bytes) != sizeof bytes)
        return 0;
    for (size_t i = 0; i < sizeof bytes; i++)
        random = random << 8 | bytes[i];
    return random;
}

static enum knowledge known(const struct openssl *library, const SSL *ssl)
{
    if (library->apart_index < 0)
        return SETTLED;
    return (enum knowledge)(uintptr_t)library->SSL_get_ex_data(ssl, library->apart_index);
}

/* A failure leaves what was known; its error is not the program's. */
static void know(const struct openssl *library, SSL *ssl, enum knowledge knowledge)
{
    library->ERR_set_mark();
    (void)library->SSL_set_ex_data(ssl, library->apart_index, (void *)(uintptr_t)knowledge);
    library->ERR_pop_to_mark();
}

/* It is no HTTP/1 with a rest between its exchanges. A rule may still wish for a repair. */
static void give_up(const struct openssl *library, SSL *ssl)
{
    know(library, ssl, SETTLED);
    struct connection *connection = library->SSL_is_server(ssl) ? NULL
                                                                : find(random_of(library, ssl));
    if (connection && !connection_is_wished(connection))
        connection_pass(connection);
}

void apart_sent(const struct openssl *library, SSL *ssl, const void *bytes, size_t count)
{
    if (!count || known(library, ssl) != NEW)
        return;
    size_t beginning = count < OPENING_MOST ? count : OPENING_MOST;
    bool tunnel = count >= 8 && !memcmp(bytes, "CONNECT ", 8);
    if (!library->SSL_is_server(ssl) && !tunnel && opening_of(bytes, beginning) == OPENING_HTTP1)
        know(library, ssl, HTTP1);
    else
        give_up(library, ssl);
}

/* The head of an answer after which the server speaks when it likes: "101 Switching Protocols", or a
 * stream of events (the HTML standard, section 9.2). */
static bool leads_away(const char *bytes, size_t count)
{
    static const char events[] = "text/event-stream";
    size_t head = count < HEAD_MOST ? count : HEAD_MOST;
    return count >= 12 && !memcmp(bytes, "HTTP/1.", 7) &&
           (!memcmp(bytes + 8, " 101", 4) || memmem(bytes, head, events, sizeof events - 1));
}

void apart_received(const struct openssl *library, SSL *ssl, const void *bytes, size_t count)
{
    if (!count)
        return;
    enum knowledge knowledge = known(library, ssl);
    if (knowledge == NEW || (knowledge == HTTP1 && leads_away(bytes, count)))
        give_up(library, ssl);
}
