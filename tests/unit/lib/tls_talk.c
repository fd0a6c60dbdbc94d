/* SPDX-License-Identifier: MIT
 *
 * See tls_talk.h.
 */
#include "lib/tls_talk.h"

#include "unit.h"

struct tls tls;

enum direction { OUT, IN, IN_LATE };

static enum framing feed_piece(struct tls *to, enum direction direction,
                               const unsigned char *bytes, size_t count)
{
    return direction == OUT ? tls_sent(to, bytes, count, NULL)
                            : tls_received(to, bytes, count, direction == IN_LATE);
}

static enum framing feed(enum direction direction, struct flight flight)
{
    struct tls whole = tls;
    enum framing framing = feed_piece(&whole, direction, flight.bytes, flight.count);
    for (size_t cut = 1; cut < flight.count; cut++) {
        struct tls parts = tls;
        (void)feed_piece(&parts, direction, flight.bytes, cut);
        assert_int_equal(
            feed_piece(&parts, direction, flight.bytes + cut, flight.count - cut), framing);
        assert_int_equal(parts.doubted, whole.doubted);
    }
    tls = whole;
    return framing;
}

enum framing talk_sends(struct flight flight)
{
    return feed(OUT, flight);
}

enum framing talk_receives(struct flight flight)
{
    return feed(IN, flight);
}

enum framing talk_receives_late(struct flight flight)
{
    return feed(IN_LATE, flight);
}

void talk_greets_12(struct hello client, struct hello server)
{
    server.server = server.tls12 = true;
    tls_reset(&tls);
    (void)talk_sends(hello_of(client));
    (void)talk_receives(hello_of(server));
    (void)talk_receives(RECORDS({RECORD_HANDSHAKE, 3000}, {RECORD_HANDSHAKE, 4}));
    (void)talk_sends(RECORDS({RECORD_HANDSHAKE, 37}, CCS, FINISHED));
    (void)talk_receives(RECORDS({RECORD_HANDSHAKE, 200}, CCS, FINISHED));
}

/* The client's Finished is an application record to a bystander. */
void talk_greets_13(struct hello client, size_t encrypted)
{
    tls_reset(&tls);
    (void)talk_sends(hello_of(client));
    (void)talk_receives(hello_of((struct hello){.server = true}));
    (void)talk_receives(RECORDS(CCS, APPLICATION(encrypted), APPLICATION(3000), APPLICATION(280),
                                APPLICATION(69)));
    (void)talk_sends(RECORDS(CCS, APPLICATION(69)));
}

void talk_resumes_13(struct hello client)
{
    tls_reset(&tls);
    (void)talk_sends(hello_of(client));
    (void)talk_receives(hello_of((struct hello){.server = true, .ticket = client.ticket}));
    (void)talk_receives(RECORDS(CCS, APPLICATION(PLAIN_EXTENSIONS), APPLICATION(69)));
    (void)talk_sends(RECORDS(CCS, APPLICATION(69)));
}
