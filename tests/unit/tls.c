/* SPDX-License-Identifier: MIT
 *
 * Exchanges inside TLS, seen from outside: when a bystander may say that a response has come.
 */
#include "lib/tls_talk.h"
#include "unit.h"

static void shake_hands_12(void)
{
    talk_greets_12((struct hello){0}, (struct hello){0});
}

static void shake_hands_13(void)
{
    talk_greets_13((struct hello){0}, PLAIN_EXTENSIONS);
}

TEST(tls_1_2_is_between_after_any_answer)
{
    shake_hands_12();
    SENT(AWAIT, REQUEST);
    CAME(BETWEEN, APPLICATION(500));
    SENT(AWAIT, REQUEST);
    CAME(BETWEEN, APPLICATION(500));
}

TEST(a_record_that_is_not_whole_is_never_between)
{
    shake_hands_12();
    SENT(AWAIT, REQUEST);
    struct flight answer = RECORDS(APPLICATION(500), APPLICATION(77));
    for (size_t count = 1; count <= answer.count; count++) {
        struct tls copy = tls;
        enum framing framing = tls_received(&copy, answer.bytes, count, false);
        bool whole = count == 505 || count == answer.count;
        assert_int_equal(framing, whole ? FRAMING_BETWEEN : FRAMING_AWAIT);
    }
}

TEST(a_request_that_is_not_whole_is_open)
{
    shake_hands_12();
    SENT(AWAIT, REQUEST);
    CAME(BETWEEN, APPLICATION(500));
    struct flight request = RECORDS(REQUEST);
    for (size_t count = 1; count < request.count; count++) {
        struct tls copy = tls;
        assert_int_equal(tls_sent(&copy, request.bytes, count, NULL), FRAMING_OPEN);
    }
}

/* Issue: two tickets after the first request look like an answer, but they are alike. */
TEST(tickets_of_tls_1_3_are_no_answer)
{
    shake_hands_13();
    SENT(AWAIT, REQUEST);
    CAME(AWAIT, TICKET);
    CAME(AWAIT, TICKET);
    CAME(BETWEEN, APPLICATION(900));
}

TEST(tickets_may_come_before_the_first_request)
{
    shake_hands_13();
    CAME(OPEN, TICKET, TICKET);
    SENT(AWAIT, REQUEST);
    CAME(BETWEEN, APPLICATION(900));
}

TEST(one_ticket_before_and_one_after_the_request_are_no_answer)
{
    shake_hands_13();
    CAME(OPEN, TICKET);
    SENT(AWAIT, REQUEST);
    CAME(AWAIT, TICKET);
    CAME(BETWEEN, APPLICATION(900));
}

/* A server that speaks first (FTPS data, IMAPS) has answered nothing yet. */
TEST(a_finished_of_tls_1_3_is_no_request)
{
    shake_hands_13();
    CAME(OPEN, APPLICATION(600), APPLICATION(900));
    CAME(OPEN, APPLICATION(1400));
}

TEST(an_answer_like_a_ticket_is_settled_by_the_second_request)
{
    shake_hands_13();
    SENT(AWAIT, REQUEST);
    CAME(AWAIT, TICKET, TICKET, APPLICATION(240));
    SENT(AWAIT, REQUEST);
    CAME(AWAIT, APPLICATION(240));
    SENT(AWAIT, REQUEST);
    CAME(BETWEEN, APPLICATION(240));
}

TEST(a_key_update_and_a_sealed_alert_are_no_answer)
{
    shake_hands_13();
    SENT(AWAIT, REQUEST);
    CAME(BETWEEN, APPLICATION(600), APPLICATION(900));
    SENT(AWAIT, REQUEST);
    CAME(AWAIT, APPLICATION(22));
    CAME(AWAIT, APPLICATION(19));
    CAME(BETWEEN, APPLICATION(900));
    SENT(AWAIT, APPLICATION(22));
}

/* The ServerHello after a HelloRetryRequest follows a ChangeCipherSpec too. */
TEST(a_retried_hello_is_not_tls_1_2)
{
    tls_reset(&tls);
    assert_int_equal(talk_sends(hello_of((struct hello){0})), FRAMING_OPEN);
    assert_int_equal(talk_receives(hello_of((struct hello){.server = true})), FRAMING_OPEN);
    CAME(OPEN, CCS);
    SENT(OPEN, CCS);
    assert_int_equal(talk_sends(hello_of((struct hello){0})), FRAMING_OPEN);
    assert_int_equal(talk_receives(hello_of((struct hello){.server = true})), FRAMING_OPEN);
    CAME(OPEN, APPLICATION(3000));
    SENT(OPEN, APPLICATION(69));
    SENT(AWAIT, REQUEST);
    CAME(AWAIT, TICKET, TICKET);
    CAME(BETWEEN, APPLICATION(900));
}

TEST(a_renegotiation_is_open)
{
    shake_hands_12();
    SENT(AWAIT, REQUEST);
    CAME(BETWEEN, APPLICATION(500));
    CAME(BETWEEN, {RECORD_HANDSHAKE, 28});
    SENT(OPEN, {RECORD_HANDSHAKE, 300});
}

TEST(early_data_and_strangers_are_opaque)
{
    shake_hands_12();
    SENT(OPAQUE, {RECORD_ALERT, 26});
    tls_reset(&tls);
    assert_int_equal(talk_sends(hello_of((struct hello){0})), FRAMING_OPEN);
    SENT(OPAQUE, CCS, APPLICATION(100));
    shake_hands_12();
    CAME(OPAQUE, {24, 10});
    shake_hands_12();
    assert_int_equal(tls_received(&tls, (const unsigned char *)"HTTP/1.1", 8, false),
                     FRAMING_OPAQUE);
    SENT(OPAQUE, REQUEST);
    tls_reset(&tls);
    SENT(OPAQUE, {RECORD_HANDSHAKE, 100});
    tls_reset(&tls);
    SENT(OPAQUE, REQUEST);
}

/* close_notify has a type of its own in TLS 1.2, and a length in TLS 1.3. */
TEST(an_alert_of_the_server_says_that_it_closes)
{
    shake_hands_12();
    SENT(AWAIT, REQUEST);
    CAME(BETWEEN, APPLICATION(500));
    assert_false(tls.closing);
    CAME(BETWEEN, {RECORD_ALERT, 26});
    assert_true(tls.closing);
    shake_hands_13();
    SENT(AWAIT, REQUEST);
    CAME(BETWEEN, TICKET, TICKET, APPLICATION(500));
    CAME_LATE(BETWEEN, APPLICATION(22));
    assert_false(tls.closing);
    CAME_LATE(BETWEEN, APPLICATION(19));
    assert_true(tls.closing);
    assert_true(tls_could_be_http1(&tls, 443));
}

TEST(empty_records_are_walked_over)
{
    shake_hands_12();
    SENT(AWAIT, APPLICATION(0), REQUEST);
    CAME(AWAIT, APPLICATION(0));
    CAME(BETWEEN, APPLICATION(0), APPLICATION(500));
}

RUN_TESTS(cmocka_unit_test(tls_1_2_is_between_after_any_answer),
          cmocka_unit_test(a_record_that_is_not_whole_is_never_between),
          cmocka_unit_test(a_request_that_is_not_whole_is_open),
          cmocka_unit_test(tickets_of_tls_1_3_are_no_answer),
          cmocka_unit_test(tickets_may_come_before_the_first_request),
          cmocka_unit_test(a_finished_of_tls_1_3_is_no_request),
        cmocka_unit_test(a_finished_of_tls_1_3_is_no_request),
          cmocka_unit_test(one_ticket_before_and_one_after_the_request_are_no_answer),
          cmocka_unit_test(an_answer_like_a_ticket_is_settled_by_the_second_request),
          cmocka_unit_test(a_key_update_and_a_sealed_alert_are_no_answer),
          cmocka_unit_test(a_retried_hello_is_not_tls_1_2),
          cmocka_unit_test(a_renegotiation_is_open),
          cmocka_unit_test(early_data_and_strangers_are_opaque),
          cmocka_unit_test(an_alert_of_the_server_says_that_it_closes),
          cmocka_unit_test(empty_records_are_walked_over))
