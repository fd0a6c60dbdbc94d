/* SPDX-License-Identifier: MIT
 *
 * The heads of real programs, and what else is ordinary, are followed without the parser (plain.h), and
 * nothing but their bytes is looked at.
 */
#include <sys/mman.h>
#include <unistd.h>

#include "connection/plain.h"
#include "lib/recorded_heads.h"
#include "unit.h"

static const struct recorded_head ordinary_heads[] = {
    {"a name with digits", false, "GET / HTTP/1.1\r\nHost: a\r\nX-B3-TraceId: 80f198ee56343ba8\r\n\r\n"},
    {"long names", false,
     "GET / HTTP/1.1\r\nUpgrade-Insecure-Requests: 1\r\nIf-Unmodified-Sinc: a\r\n\r\n"},
    {"a name as long as another and 32", false,
     "GET / HTTP/1.1\r\nContent-Length-That-Is-Of-Forty-Six-Letters-Ab: 3\r\n\r\n"},
    {"an odd path", false, "GET /!\"/$?a=%20b&c[]={~}!! HTTP/1.1\r\nHost: a\r\n\r\n"},
    {"no space behind a colon", false, "HEAD / HTTP/1.1\r\nHost:a\r\nConnection:close\r\n\r\n"},
    {"Basic", false, "PUT / HTTP/1.1\r\nAuthorization: Basic eDp5\r\nContent-Length:0\r\n\r\n"},
    {"other methods", false, "PATCH / HTTP/1.1\r\nContent-Length: 0\r\n\r\n"},
    {"other methods", false, "DELETE /a HTTP/1.1\r\nHost: a\r\n\r\n"},
    {"no body", true, "HTTP/1.1 204 No Content\r\nConnection: keep-alive\r\n\r\n"},
    {"no body", true, "HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n"},
    {"an error", true, "HTTP/1.1 404 Not Found\r\nContent-Length: 3\r\nX: \r\n\r\nabc"},
    {"no reason", true, "HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n"},
    {"Keep-Alive at the end", true,
     "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nKeep-Alive: \r\n\r\n"},
    {"Keep-Alive at the end", true,
     "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nKeep-Alive: timeout=5\r\n\r\n"},
    {"other words in Keep-Alive", true,
     "HTTP/1.1 200 OK\r\nKeep-Alive: max=7,timeout=30\r\nContent-Length: 0\r\n\r\n"},
};

/* A page that cannot be touched before and behind the room. */
static unsigned char *guarded_room(size_t *bytes)
{
    size_t page = (size_t)getpagesize();
    unsigned char *room = mmap(NULL, 3 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(room, MAP_FAILED);
    assert_int_equal(mprotect(room, page, PROT_NONE), 0);
    assert_int_equal(mprotect(room + 2 * page, page, PROT_NONE), 0);
    *bytes = page;
    return room + page;
}

static bool take(const struct recorded_head *head, const unsigned char *bytes, size_t count)
{
    struct plain plain = {.outstanding = head->is_response};
    struct plain_left left = {0};
    return (head->is_response ? plain_http1_received : plain_http1_sent)(&plain, &left, bytes, count);
}

/* The beginning of a message, at both ends of the room. */
static void check_beginning(const struct recorded_head *head, size_t count, bool wanted)
{
    static unsigned char *room;
    static size_t room_bytes;
    if (!room)
        room = guarded_room(&room_bytes);
    unsigned char *places[] = {room, room + room_bytes - count};
    for (size_t i = 0; i < COUNT_OF_TESTS(places); i++) {
        memcpy(places[i], head->text, count);
        assert_int_equal(take(head, places[i], count), wanted);
    }
}

static void check(const struct recorded_head *head)
{
    size_t head_bytes = (size_t)(strstr(head->text, "\r\n\r\n") + 4 - head->text);
    for (size_t count = 1; count <= strlen(head->text); count++)
        check_beginning(head, count, count >= head_bytes);
}

TEST(real_heads_need_no_parser)
{
    for (size_t i = 0; i < COUNT_OF_TESTS(recorded_heads); i++)
        check(&recorded_heads[i]);
}

TEST(what_is_ordinary_needs_no_parser)
{
    for (size_t i = 0; i < COUNT_OF_TESTS(ordinary_heads); i++)
        check(&ordinary_heads[i]);
}

/* Pieces of lines, at the end of the bytes, in each order: no place is too near to it. */
TEST(nothing_behind_the_bytes_is_read)
{
    static const char *const pieces[] = {"", "C", ":", ": ", "\r", "\n", "\r\n", "a", "1", "Content-Length",
                                         "Connection", "Keep-Alive", "Authorization", "close", "timeout=1", ", max=", "!", "!!!"};
    const size_t count = COUNT_OF_TESTS(pieces);
    for (size_t i = 0; i < 4 * count * count * count; i++) {
        char text[128];
        struct recorded_head head = {"", i & 1, text};
        snprintf(text, sizeof text, "%s%s%s%s", i & 1 ? "HTTP/1.1 200 OK\r\n" : i & 2 ? "GET /abcdefghijklmnop" : "GET / HTTP/1.1\r\n",
                 pieces[i / 4 % count], pieces[i / 4 / count % count], pieces[i / 4 / count / count]);
        check_beginning(&head, strlen(text), false);
    }
}

RUN_TESTS(cmocka_unit_test(real_heads_need_no_parser),
          cmocka_unit_test(what_is_ordinary_needs_no_parser),
          cmocka_unit_test(nothing_behind_the_bytes_is_read))
