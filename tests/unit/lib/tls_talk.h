/* SPDX-License-Identifier: MIT
 *
 * A conversation in TLS as a bystander sees it: records that go either way, whole and in pieces.
 */
#ifndef UNSTALE_TESTS_UNIT_TLS_TALK_H
#define UNSTALE_TESTS_UNIT_TLS_TALK_H

#include "lib/records.h"

#include "connection/tls.h"

/* The conversation of the test at hand. */
extern struct tls tls;

/* Feeds a flight, whole and cut in two at every byte; all must end alike. */
enum framing talk_sends(struct flight flight);
enum framing talk_receives(struct flight flight);
enum framing talk_receives_late(struct flight flight); /* after a pause */

/* Up to where the first request may go out. `encrypted` is how long the EncryptedExtensions are. */
void talk_greets_12(struct hello client, struct hello server);
void talk_greets_13(struct hello client, size_t encrypted);
void talk_resumes_13(struct hello client);

#define SENT(framing, ...) assert_int_equal(talk_sends(RECORDS(__VA_ARGS__)), FRAMING_##framing)
#define CAME(framing, ...) assert_int_equal(talk_receives(RECORDS(__VA_ARGS__)), FRAMING_##framing)
#define CAME_LATE(framing, ...)                                                                    \
    assert_int_equal(talk_receives_late(RECORDS(__VA_ARGS__)), FRAMING_##framing)

#define CCS {RECORD_CCS, 1}
#define FINISHED {RECORD_HANDSHAKE, 40}
#define APPLICATION(bytes) {RECORD_APPLICATION, bytes}
#define TICKET APPLICATION(234)
#define REQUEST APPLICATION(300)

enum { PLAIN_EXTENSIONS = 23 }; /* EncryptedExtensions with nothing in them */

#endif
