/* SPDX-License-Identifier: MIT
 *
 * See tls.h.
 */
#include "connection/tls.h"

#include <string.h>

enum { CHANGE_CIPHER_SPEC = 20, ALERT = 21, HANDSHAKE = 22, APPLICATION = 23 };

enum {
    HEADER_BYTES = 5,
    LIKE_BYTES = 32,           /* tickets of one handshake differ by less (padding, DER integers) */
    NO_RESPONSE_BYTES = 40,    /* shorter: KeyUpdate (22) or an alert (19) of TLS 1.3 */
    FINISHED_MOST_BYTES = 112, /* longer: the ServerHello after a HelloRetryRequest */
    SETTLED_ROUNDS = 2,
};

void tls_reset(struct tls *tls)
{
    memset(tls, 0, sizeof *tls);
}

static void out_record(struct tls *tls, unsigned type, unsigned bytes)
{
    (void)bytes;
    if (type == ALERT || (type == APPLICATION && !tls->server_spoke)) {
        tls->opaque = true;
    } else if (type == HANDSHAKE) {
        tls->asked = tls->answered = false;
    } else if (type == APPLICATION && !tls->version_12 && !tls->finished) {
        tls->finished = true; /* the client's own Finished looks like a request */
    } else if (type == APPLICATION) {
        if (tls->answered && tls->rounds < SETTLED_ROUNDS)
            tls->rounds++;
        tls->asked = true;
        tls->answered = false;
    }
}

/* Tickets may come before the first request: their length is noted, but they answer nothing. */
static void in_application(struct tls *tls, unsigned bytes)
{
    if ((!tls->asked && !tls->finished) || bytes < NO_RESPONSE_BYTES)
        return;
    tls->answered = tls->asked;
    if (!tls->first_bytes)
        tls->first_bytes = (uint16_t)bytes;
    unsigned first = tls->first_bytes;
    if (bytes > first + LIKE_BYTES || first > bytes + LIKE_BYTES)
        tls->unlike = true;
}

static void in_record(struct tls *tls, unsigned type, unsigned bytes)
{
    switch (type) {
    case HANDSHAKE:
        tls->server_spoke = true;
        if (tls->server_ciphers && bytes <= FINISHED_MOST_BYTES)
            tls->version_12 = true;
        break;
    case CHANGE_CIPHER_SPEC:
        tls->server_ciphers = true;
        break;
    case APPLICATION:
        in_application(tls, bytes);
        break;
    default: /* an alert that can be read: a warning or the end */
        tls->opaque = true;
    }
}

/* Walks over the records in `bytes`; each header that is whole goes to `record`. */
static void walk(struct tls *tls, struct tls_stream *stream, const unsigned char *bytes,
                 size_t count, void (*record)(struct tls *, unsigned, unsigned))
{
    while (count && !tls->opaque) {
        size_t step = 1;
        if (stream->left) {
            step = count < stream->left ? count : stream->left;
            stream->left = (uint16_t)(stream->left - step);
        } else {
            stream->header[stream->have++] = *bytes;
        }
        if (stream->have == HEADER_BYTES) {
            unsigned length = (unsigned)stream->header[3] << 8 | stream->header[4];
            stream->have = 0;
            stream->left = (uint16_t)length;
            if (stream->header[1] != 3 || stream->header[0] < CHANGE_CIPHER_SPEC ||
                stream->header[0] > APPLICATION)
                tls->opaque = true;
            else
                record(tls, stream->header[0], length);
        }
        bytes += step;
        count -= step;
    }
}

static enum framing state_of(const struct tls *tls)
{
    bool out_whole = !tls->out.have && !tls->out.left;
    bool in_whole = !tls->in.have && !tls->in.left;
    bool settled = tls->version_12 || tls->unlike || tls->rounds >= SETTLED_ROUNDS;
    if (tls->opaque)
        return FRAMING_OPAQUE;
    if (!out_whole || !tls->asked)
        return FRAMING_OPEN;
    return in_whole && tls->answered && settled ? FRAMING_BETWEEN : FRAMING_AWAIT;
}

enum framing tls_sent(struct tls *tls, const unsigned char *bytes, size_t count)
{
    walk(tls, &tls->out, bytes, count, out_record);
    return state_of(tls);
}

enum framing tls_received(struct tls *tls, const unsigned char *bytes, size_t count)
{
    walk(tls, &tls->in, bytes, count, in_record);
    return state_of(tls);
}
