/* SPDX-License-Identifier: MIT
 *
 * See tls.h. A record's header says its type and how long its body is; bodies are looked at only in
 * the hellos.
 */
#include "connection/tls.h"

#include <string.h>

#include "connection/tls_inside.h"

enum { CHANGE_CIPHER_SPEC = 20, ALERT = 21, HANDSHAKE = 22, APPLICATION = 23 };

enum {
    HEADER_BYTES = 5,
    LIKE_BYTES = 32, /* tickets of one handshake differ by less (padding, DER integers) */
    SETTLED_ROUNDS = 2,
};

/* One piece that goes one way. */
struct tls_piece {
    const unsigned char *bytes;
    size_t count;
    struct tls_name *name;
    bool inbound;
    bool paused;
};

void tls_reset(struct tls *tls)
{
    memset(tls, 0, sizeof *tls);
    tls_hello_begin(&tls->hello, false);
}

static void out_application(struct tls *tls, unsigned bytes)
{
    tls_inside_asks(tls, bytes);
    if (tls->answered && tls->rounds < SETTLED_ROUNDS)
        tls->rounds++;
    tls->begun = tls->asked = true;
    tls->replied = tls->answered = tls->counted = false;
}

static void out_record(struct tls *tls, unsigned type, unsigned bytes)
{
    if (type == ALERT || (type == APPLICATION && !tls->server_hello)) {
        tls->opaque = true;
    } else if (type == HANDSHAKE) {
        tls->asked = tls->replied = tls->answered = false;
    } else if (type == APPLICATION && tls->version_13 && !tls->finished) {
        tls->finished = true; /* the client's own Finished looks like a request */
    } else if (type == APPLICATION) {
        out_application(tls, bytes);
    }
}

/* Tickets may come before the first request: their length is noted, but they answer nothing. */
static void in_application(struct tls *tls, unsigned bytes, bool paused)
{
    unsigned first = tls->first_bytes;
    if (tls->version_13 && !tls->encrypted && !tls_inside_is_settled(tls, 0, bytes))
        tls->opaque = true;
    tls->encrypted = true;
    if (tls->version_13 && !tls->finished)
        return;
    tls_inside_speaks(tls, bytes, paused);
    tls->closing |= tls->version_13 && bytes == 2 + SEALED_BYTES;
    tls->replied = tls->asked;
    if (bytes < NO_RESPONSE_BYTES)
        return;
    tls->answered = tls->asked;
    if (!first)
        tls->first_bytes = (uint16_t)bytes;
    else if (bytes > first + LIKE_BYTES || first > bytes + LIKE_BYTES)
        tls->unlike = true;
}

static void record(struct tls *tls, const struct tls_piece *piece, unsigned type, unsigned bytes)
{
    if (!piece->inbound)
        out_record(tls, type, bytes);
    else if (type == APPLICATION)
        in_application(tls, bytes, piece->paused);
    else if (type == ALERT)
        tls->closing = true;
}

static void end_client_hello(struct tls *tls)
{
    tls->client_hello = true;
    tls->random = tls->hello.random;
    tls->offered = tls->hello.alpn;
    tls->strange = tls->hello.strange;
    tls->name_bytes = tls->hello.name_bytes;
    tls->ticket_bytes = tls->hello.ticket_bytes;
    tls_hello_begin(&tls->hello, true);
}

static void end_server_hello(struct tls *tls)
{
    tls->server_hello = true;
    tls->version_13 = tls->hello.tls13;
    if (!tls->hello.resumed)
        tls->ticket_bytes = 0;
    if (!tls->version_13 && !tls_inside_is_settled(tls, tls->hello.alpn, 0))
        tls->opaque = true;
}

/* A part of a handshake message: of a hello, as long as it may be one. */
static void handshake(struct tls *tls, const struct tls_piece *piece, size_t count)
{
    struct tls_name none;
    bool expected = piece->inbound ? tls->client_hello && !tls->server_hello : !tls->client_hello;
    if (!expected)
        return;
    enum hello_end end = tls_hello_feed(&tls->hello, piece->bytes, count,
                                        piece->name ? piece->name : &none);
    if (end == HELLO_BROKEN)
        tls->opaque = true;
    else if (end == HELLO_WHOLE && piece->inbound)
        end_server_hello(tls);
    else if (end == HELLO_WHOLE)
        end_client_hello(tls);
}

/* A whole header. */
static void header(struct tls *tls, const struct tls_piece *piece, struct tls_stream *stream)
{
    unsigned type = stream->header[0];
    stream->have = 0;
    stream->left = (uint16_t)(stream->header[3] << 8 | stream->header[4]);
    if (stream->header[1] != 3 || type < CHANGE_CIPHER_SPEC || type > APPLICATION ||
        (!tls->client_hello && (piece->inbound || type != HANDSHAKE)))
        tls->opaque = true;
    else
        record(tls, piece, type, stream->left);
}

/* Walks over the records in the piece. */
static void walk(struct tls *tls, struct tls_stream *stream, struct tls_piece piece)
{
    while (piece.count && !tls->opaque) {
        size_t step = 1;
        if (stream->left) {
            step = piece.count < stream->left ? piece.count : stream->left;
            stream->left = (uint16_t)(stream->left - step);
            if (stream->header[0] == HANDSHAKE)
                handshake(tls, &piece, step);
        } else {
            stream->header[stream->have++] = *piece.bytes;
            if (stream->have == HEADER_BYTES)
                header(tls, &piece, stream);
        }
        piece.bytes += step;
        piece.count -= step;
    }
}

static enum framing state_of(const struct tls *tls)
{
    bool out_whole = !tls->out.have && !tls->out.left;
    bool in_whole = !tls->in.have && !tls->in.left;
    bool settled = !tls->version_13 || tls->unlike || tls->rounds >= SETTLED_ROUNDS;
    if (tls->opaque)
        return FRAMING_OPAQUE;
    if (!out_whole || !tls->asked)
        return FRAMING_OPEN;
    return in_whole && tls->answered && settled ? FRAMING_BETWEEN : FRAMING_AWAIT;
}

enum framing tls_sent(struct tls *tls, const unsigned char *bytes, size_t count,
                      struct tls_name *name)
{
    walk(tls, &tls->out, (struct tls_piece){bytes, count, name, false, false});
    return state_of(tls);
}

enum framing tls_received(struct tls *tls, const unsigned char *bytes, size_t count, bool paused)
{
    walk(tls, &tls->in, (struct tls_piece){bytes, count, NULL, true, paused});
    return state_of(tls);
}

uint64_t tls_left(const struct tls *tls, bool inbound)
{
    const struct tls_stream *stream = inbound ? &tls->in : &tls->out;
    return stream->header[0] == HANDSHAKE ? 0 : stream->left; /* hellos are looked at */
}

void tls_skip(struct tls *tls, bool inbound, uint64_t count)
{
    struct tls_stream *stream = inbound ? &tls->in : &tls->out;
    stream->left = (uint16_t)(stream->left - count);
}
