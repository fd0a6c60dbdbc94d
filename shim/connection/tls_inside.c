/* SPDX-License-Identifier: MIT
 *
 * See tls_inside.h; docs/tls.md tells which programs each doubt is about.
 */
#include "connection/tls_inside.h"

#include <string.h>

enum {
    /* "GET / HTTP/1.1", "Host: ", the empty line; and what every cipher adds to a record at least. */
    REQUEST_LEAST_BYTES = 26 + 16,
    HOST_LEAST_BYTES = 7, /* "1.1.1.1" */
    CIPHER_BLOCK_BYTES = 16,
    TICKET_FRAME_BYTES = 4 + 4 + 4 + 9 + 2 + 2 +
                         SEALED_BYTES, /* NewSessionTicket, with a long nonce */
    TICKET_LEAST_BYTES = 60,           /* 74 with the smallest ticket in use, a session's number */
    SEALED_ALERT_BYTES = 2 + SEALED_BYTES,
    SEALED_KEY_UPDATE_BYTES = 5 + SEALED_BYTES,
};

/* EncryptedExtensions (RFC 8446 section 4.3.1) in a record of its own: what frames the list of
 * extensions, and how much room each answer to ALPN takes there. */
enum {
    EXTENSIONS_FRAME_BYTES = 6 + SEALED_BYTES,
    ALPN_FRAME_BYTES = 4 + 2 + 1,
    H2_ANSWER_BYTES = ALPN_FRAME_BYTES + 2,
    HTTP1_ANSWER_BYTES = ALPN_FRAME_BYTES + 8,
    NAME_ANSWER_BYTES = 4,
};

/* The choice is encrypted, but it has a length. Too little for h2: it was declined. As much as
 * http/1.1 takes, with or without an answer to the name: h2 would have left 6 or 10 bytes, and of the
 * extensions that a client of ours offers none has an answer of 6; of 10 only a list of two groups,
 * which is seldom sent, and then the client's acknowledgement of the settings raises a doubt. */
static bool h2_was_declined(const struct tls *tls, unsigned bytes)
{
    unsigned room = bytes > EXTENSIONS_FRAME_BYTES ? bytes - EXTENSIONS_FRAME_BYTES : 0;
    if (tls->strange)
        return false;
    return room < H2_ANSWER_BYTES || room == HTTP1_ANSWER_BYTES ||
           (tls->name_bytes && room == HTTP1_ANSWER_BYTES + NAME_ANSWER_BYTES);
}

bool tls_inside_is_settled(const struct tls *tls, uint8_t chosen, unsigned bytes)
{
    if (!(tls->offered & (ALPN_HTTP2 | ALPN_OTHER)))
        return true;
    if (!(tls->offered & ALPN_HTTP1))
        return false;
    if (tls->version_13)
        return !(tls->offered & ALPN_OTHER) && h2_was_declined(tls, bytes);
    return chosen == ALPN_HTTP1 || (!chosen && !(tls->offered & ALPN_OTHER));
}

/* Before the first request only tickets may have come, which are alike. */
static bool was_greeted(const struct tls *tls)
{
    return tls->early && (!tls->version_13 || tls->unlike);
}

static bool are_alike(unsigned bytes, unsigned others)
{
    return bytes <= others + CIPHER_BLOCK_BYTES && others <= bytes + CIPHER_BLOCK_BYTES;
}

/* A server that has resumed a session sends a ticket for the next time, as long as the last one. */
static bool is_next_ticket(const struct tls *tls)
{
    return tls->ticket_bytes && are_alike(tls->first_bytes, tls->ticket_bytes + TICKET_FRAME_BYTES);
}

void tls_inside_asks(struct tls *tls, unsigned bytes)
{
    unsigned before = tls->replied ? 0 : tls->asked_bytes;
    if ((!tls->begun && was_greeted(tls)) || (tls->replied && !tls->answered))
        tls->doubted = true;
    if (!tls->begun)
        tls->greeted = tls->early == 1 && !(tls->offered & ALPN_HTTP1) && !is_next_ticket(tls);
    tls->asked_bytes = (uint16_t)(before + bytes < UINT16_MAX ? before + bytes : UINT16_MAX);
}

/* GnuTLS waits for a ticket before the first request, and reads the second one after it. */
static bool is_second_ticket(const struct tls *tls, unsigned bytes)
{
    return are_alike(bytes, tls->first_bytes);
}

void tls_inside_speaks(struct tls *tls, unsigned bytes, bool paused)
{
    bool control = tls->version_13 &&
                   (bytes == SEALED_ALERT_BYTES || bytes == SEALED_KEY_UPDATE_BYTES);
    if (!tls->begun && !control) {
        tls->early = (uint8_t)(tls->early + (tls->early < UINT8_MAX));
        tls->doubted |= bytes < TICKET_LEAST_BYTES;
    }
    unsigned host = tls->name_bytes < HOST_LEAST_BYTES ? HOST_LEAST_BYTES : tls->name_bytes;
    if (tls->asked && !tls->replied && tls->asked_bytes < REQUEST_LEAST_BYTES + host)
        tls->doubted = true;
    if (tls->answered && paused && !control)
        tls->doubted = true;
    if (tls->asked && tls->greeted && !is_second_ticket(tls, bytes))
        tls->doubted = true;
    tls->greeted &= !tls->asked;
}

/* Ports that IANA has given to protocols which begin with a TLS handshake and are not HTTP. */
static bool is_session_port(uint16_t port)
{
    static const uint16_t ports[] = {
        465,   /* submissions */
        563,   /* nntps */
        636,   /* ldaps */
        853,   /* domain-s */
        989,   /* ftps-data */
        990,   /* ftps */
        992,   /* telnets */
        993,   /* imaps */
        994,   /* ircs */
        995,   /* pop3s */
        2252,  /* njenet-ssl */
        3269,  /* msft-gc-ssl */
        5061,  /* sips */
        5432,  /* postgresql, which begins with TLS since version 17 */
        5671,  /* amqps */
        6379,  /* redis */
        6514,  /* syslog-tls */
        6697,  /* ircs-u */
        8883,  /* secure-mqtt */
        11214, /* memcached over TLS */
        27017, /* mongodb */
    };
    for (size_t i = 0; i < sizeof ports / sizeof ports[0]; i++)
        if (ports[i] == port)
            return true;
    return false;
}

bool tls_could_be_http1(const struct tls *tls, uint16_t port)
{
    return !tls->doubted && (tls->offered & ALPN_HTTP1 || !is_session_port(port));
}
