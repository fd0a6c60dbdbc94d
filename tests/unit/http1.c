/* SPDX-License-Identifier: MIT
 *
 * HTTP/1 framing: where each exchange ends, whatever the message's form (RFC 9112 section 6).
 */
#include "lib/dialogue.h"
#include "unit.h"

#define HTTP1(...) PLAY(PROTOCOL_HTTP1, __VA_ARGS__)
#define GET "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
#define OK_EMPTY "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"

TEST(content_length_ends_the_body)
{
    HTTP1(SAYS(GET, AWAIT), HEARS("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", AWAIT),
          HEARS("hell", AWAIT), HEARS("o", BETWEEN), SAYS(GET, AWAIT), HEARS(OK_EMPTY, BETWEEN));
}

TEST(a_request_body_is_part_of_the_request)
{
    HTTP1(SAYS("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n", OPEN),
          SAYS("GET / HTT", OPEN), SAYS("P", AWAIT), HEARS(OK_EMPTY, BETWEEN));
}

TEST(chunks_end_with_the_empty_one)
{
    HTTP1(SAYS(GET, AWAIT), HEARS("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", AWAIT),
          HEARS("4\r\nwiki\r\n", AWAIT), HEARS("A;name=value\r\n0123456789\r\n", AWAIT),
          HEARS("0\r\n", AWAIT), HEARS("\r\n", BETWEEN));
}

TEST(trailers_are_part_of_the_body)
{
    HTTP1(SAYS(GET, AWAIT),
          HEARS("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n1\r\nx\r\n0\r\n", AWAIT),
          HEARS("Digest: abc\r\nExpires: never\r\n", AWAIT), HEARS("\r\n", BETWEEN));
}

TEST(a_chunked_request_is_open_to_its_end)
{
    HTTP1(SAYS("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", OPEN),
          SAYS("3\r\nabc\r\n", OPEN), SAYS("0\r\n\r\n", AWAIT), HEARS(OK_EMPTY, BETWEEN));
}

TEST(a_response_to_head_has_no_body)
{
    HTTP1(SAYS("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n", AWAIT),
          HEARS("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", BETWEEN),
          SAYS("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n", AWAIT),
          HEARS("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", BETWEEN),
          SAYS("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n", AWAIT), HEARS("HTTP/1.1 200 OK\r\n\r\n", BETWEEN),
          SAYS(GET, AWAIT), HEARS("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n", AWAIT),
          HEARS("x", BETWEEN));
}

/* RFC 9110 section 8.6: a 304 may carry the length that a 200 would have had. */
TEST(no_content_and_not_modified_have_no_body)
{
    HTTP1(SAYS(GET, AWAIT), HEARS("HTTP/1.1 204 No Content\r\n\r\n", BETWEEN), SAYS(GET, AWAIT),
          HEARS("HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\n\r\n", BETWEEN));
}

TEST(not_modified_may_tell_the_length_of_what_it_leaves_out)
{
    HTTP1(SAYS(GET, AWAIT),
          HEARS("HTTP/1.1 304 Not Modified\r\nContent-Length: 1234\r\n\r\n", BETWEEN),
          SAYS(GET, AWAIT),
          HEARS("HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n", BETWEEN),
          SAYS(GET, AWAIT), HEARS("HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n", BETWEEN));
}

/* The parser stays the same inside a pipeline; after a message that announces the end it does not start
 * anew by itself. */
TEST(a_length_that_was_not_used_is_forgotten)
{
    HTTP1(SAYS("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n" GET, AWAIT),
          HEARS("HTTP/1.0 200 OK\r\nContent-Length: 34\r\n\r\n", AWAIT),
          HEARS("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no", AWAIT), HEARS("k", BETWEEN));
}

TEST(interim_responses_are_not_final)
{
    HTTP1(SAYS("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n",
               OPEN),
          HEARS("HTTP/1.1 100 Continue\r\n\r\n", OPEN), SAYS("ab", AWAIT),
          HEARS("HTTP/1.1 102 Processing\r\nContent-Length: 9\r\n\r\n", AWAIT),
          HEARS("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", AWAIT), HEARS(OK_EMPTY, BETWEEN));
}

TEST(interim_responses_to_head_are_not_final)
{
    HTTP1(SAYS("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n", AWAIT),
          HEARS("HTTP/1.1 103 Early Hints\r\n\r\n", AWAIT),
          HEARS("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", BETWEEN));
}

TEST(a_body_without_length_ends_with_the_connection_only)
{
    HTTP1(SAYS(GET, AWAIT), HEARS("HTTP/1.1 200 OK\r\n\r\n", AWAIT), HEARS("body", AWAIT),
          HEARS(OK_EMPTY, AWAIT));
}

TEST(every_pipelined_request_needs_its_response)
{
    HTTP1(SAYS(GET GET GET, AWAIT), HEARS(OK_EMPTY, AWAIT), SAYS(GET, AWAIT),
          HEARS(OK_EMPTY OK_EMPTY, AWAIT), HEARS(OK_EMPTY, BETWEEN));
}

TEST(head_is_known_by_its_place_in_the_pipeline)
{
    HTTP1(SAYS(GET "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n" GET, AWAIT),
          HEARS("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", AWAIT),
          HEARS("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", AWAIT),
          HEARS("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", AWAIT), HEARS("ok", BETWEEN));
}

TEST(a_pipeline_longer_than_can_be_counted_is_opaque)
{
    struct followed followed;
    const struct follower *follower = follower_of(PROTOCOL_HTTP1);
    enum framing framing = FRAMING_OPEN;
    follower->reset(&followed);
    for (int i = 0; i < 64; i++)
        framing = follower->sent(&followed, (const unsigned char *)GET, strlen(GET));
    assert_int_equal(framing, FRAMING_AWAIT);
    framing = follower->sent(&followed, (const unsigned char *)GET, strlen(GET));
    assert_int_equal(framing, FRAMING_OPAQUE);
}

TEST(an_early_answer_leaves_the_request_open)
{
    HTTP1(SAYS("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\na", OPEN),
          HEARS("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n", OPEN), SAYS("b", OPEN),
          SAYS("c", BETWEEN));
}

/* A 408 or 400 that comes while the header is on its way: nothing may be concluded from it. */
TEST(an_answer_before_the_header_is_out_is_never_between)
{
    struct followed followed;
    const struct follower *follower = follower_of(PROTOCOL_HTTP1);
    const char *late = "HTTP/1.1 408 Timeout\r\nContent-Length: 0\r\n\r\n";
    const char *rest = "st: a\r\n\r\n";
    follower->reset(&followed);
    follower->sent(&followed, (const unsigned char *)"HEAD / HTTP/1.1\r\nHo", 19);
    assert_int_not_equal(follower->received(&followed, (const unsigned char *)late, strlen(late)),
                         FRAMING_BETWEEN);
    (void)follower->sent(&followed, (const unsigned char *)rest, strlen(rest));
    assert_true(followed.http1.opaque || !followed.http1.heads);
}

TEST(what_is_no_http_is_opaque)
{
    HTTP1(SAYS(GET, AWAIT), HEARS("-ERR unknown command\r\n", OPAQUE));
    HTTP1(SAYS(GET, AWAIT), HEARS(OK_EMPTY, BETWEEN), HEARS("x", OPAQUE));
    HTTP1(SAYS("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", OPAQUE));
    HTTP1(SAYS("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n", OPAQUE));
    HTTP1(SAYS(GET, AWAIT), HEARS("RTSP/1.0 200 OK\r\n\r\n", OPAQUE));
    HTTP1(SAYS(GET, AWAIT), HEARS("HTTP/2 200 OK\r\n\r\n", OPAQUE));
}

TEST(conflicting_lengths_are_opaque)
{
    HTTP1(SAYS(GET, AWAIT),
          HEARS("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", OPAQUE));
    HTTP1(SAYS(GET, AWAIT),
          HEARS("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", OPAQUE));
    HTTP1(SAYS(GET, AWAIT),
          HEARS("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\n", OPAQUE));
}

TEST(sloppy_forms_are_followed)
{
    HTTP1(SAYS("\r", BETWEEN), SAYS("\n", BETWEEN), SAYS(GET, AWAIT),
          HEARS("HTTP/1.1 200\r\ncontent-length:3\r\n\r\nabc", BETWEEN));
    HTTP1(SAYS("GET /a?b=c#d HTTP/1.1\r\nhost: a\r\nX-Empty:\r\n\r\n", AWAIT),
          HEARS("HTTP/1.1 200 Fine \xe4\xf6\r\nX:\tfold\r\n  ed\r\nCONTENT-LENGTH:   2  \r\n\r\nab",
                BETWEEN));
}

RUN_TESTS(cmocka_unit_test(content_length_ends_the_body),
          cmocka_unit_test(a_request_body_is_part_of_the_request),
          cmocka_unit_test(chunks_end_with_the_empty_one),
          cmocka_unit_test(trailers_are_part_of_the_body),
          cmocka_unit_test(a_chunked_request_is_open_to_its_end),
          cmocka_unit_test(a_response_to_head_has_no_body),
          cmocka_unit_test(no_content_and_not_modified_have_no_body),
          cmocka_unit_test(not_modified_may_tell_the_length_of_what_it_leaves_out),
          cmocka_unit_test(a_length_that_was_not_used_is_forgotten),
          cmocka_unit_test(interim_responses_are_not_final),
          cmocka_unit_test(interim_responses_to_head_are_not_final),
          cmocka_unit_test(a_body_without_length_ends_with_the_connection_only),
          cmocka_unit_test(every_pipelined_request_needs_its_response),
          cmocka_unit_test(head_is_known_by_its_place_in_the_pipeline),
          cmocka_unit_test(a_pipeline_longer_than_can_be_counted_is_opaque),
          cmocka_unit_test(an_early_answer_leaves_the_request_open),
          cmocka_unit_test(an_answer_before_the_header_is_out_is_never_between),
          cmocka_unit_test(what_is_no_http_is_opaque),
          cmocka_unit_test(conflicting_lengths_are_opaque),
          cmocka_unit_test(sloppy_forms_are_followed))
