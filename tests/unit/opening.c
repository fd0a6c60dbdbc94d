/* SPDX-License-Identifier: MIT
 *
 * Recognition by the first bytes: what is meant is recognised in every piece that may be written
 * first, and near misses are not.
 */
#include "lib/records.h"
#include "unit.h"

#include "connection/opening.h"

static enum opening opens(const void *bytes, size_t count)
{
    unsigned char *copy = calloc(1, count + !count);
    memcpy(copy, bytes, count);
    enum opening opening = opening_of(copy, count);
    free(copy);
    return opening;
}

static void assert_opens(const char *words, enum opening expected)
{
    if (opens(words, strlen(words)) != expected)
        print_error("'%s'\n", words);
    assert_int_equal(opens(words, strlen(words)), expected);
}

TEST(nothing_is_unknown)
{
    assert_int_equal(opens("", 0), OPENING_UNKNOWN);
}

TEST(every_method_opens_http)
{
    static const char *const methods[] = {
        "GET", "POST", "PUT", "HEAD", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT", "COPY",
        "LOCK", "MKCOL", "MOVE", "PROPFIND", "PROPPATCH", "SEARCH", "UNLOCK", "BIND", "REBIND",
        "UNBIND", "ACL", "REPORT", "MKACTIVITY", "CHECKOUT", "MERGE", "M-SEARCH", "NOTIFY",
        "SUBSCRIBE", "UNSUBSCRIBE", "PURGE", "MKCALENDAR", "LINK", "UNLINK", "SOURCE"};
    for (size_t i = 0; i < COUNT_OF_TESTS(methods); i++) {
        char line[64];
        size_t length = (size_t)snprintf(line, sizeof line, "%s /a HTTP/1.1\r\n", methods[i]);
        for (size_t count = 1; count <= length; count++)
            assert_int_equal(opens(line, count), OPENING_HTTP1);
    }
}

TEST(near_misses_of_http_are_unknown)
{
    static const char *const words[] = {"Get / HTTP/1.1\r\n", "GETS / HTTP/1.1", "GET\t/ HTTP/1.1",
                                        "GET/", "GET\r\n", "GE T", " GET /", "\r\nGET /", "-GET /",
                                        "QUIT\r\n", "EHLO a\r\n", "USER a\r\n", "A1 LOGIN",
                                        "\x01GET /", "G\xc3 ", "PROPFINDS ", "HTTP/1.1 200 OK"};
    for (size_t i = 0; i < COUNT_OF_TESTS(words); i++)
        assert_opens(words[i], OPENING_UNKNOWN);
}

TEST(the_preface_opens_http2)
{
    const char *preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    for (size_t count = 3; count <= strlen(preface); count++)
        assert_int_equal(opens(preface, count), OPENING_HTTP2);
    assert_opens("PRI / HTTP/2.0\r\n", OPENING_UNKNOWN);
    assert_opens("PRINT", OPENING_UNKNOWN);
}

TEST(a_client_hello_opens_tls)
{
    struct flight hello = hello_of((struct hello){0});
    for (size_t count = 1; count <= hello.count; count++)
        assert_int_equal(opens(hello.bytes, count), OPENING_TLS);
}

TEST(near_misses_of_tls_are_unknown)
{
    assert_int_equal(opens("\x16\x03\x01\x00\x05\x02", 6), OPENING_UNKNOWN); /* a ServerHello */
    assert_int_equal(opens("\x16\x02\x00\x00\x05\x01", 6), OPENING_UNKNOWN);
    assert_int_equal(opens("\x16\x03\x05\x00\x05\x01", 6), OPENING_UNKNOWN);
    assert_int_equal(opens("\x17\x03\x03\x00\x05\x01", 6), OPENING_UNKNOWN);
    assert_int_equal(opens("\x80\x2e\x01\x03\x01\x00", 6), OPENING_UNKNOWN); /* SSL 2.0 */
}

TEST(a_command_opens_redis)
{
    assert_opens("*3\r\n$3\r\nSET\r\n", OPENING_REDIS);
    assert_opens("*1\r\n$", OPENING_REDIS);
    assert_opens("*1000\r\n$3\r\nDEL", OPENING_REDIS);
    assert_opens("*\r\n$3", OPENING_UNKNOWN);
    assert_opens("*1\r\n", OPENING_UNKNOWN);
    assert_opens("*1\n$3\nGET", OPENING_UNKNOWN);
    assert_opens("*-1\r\n$", OPENING_UNKNOWN);
    assert_opens("PING\r\n", OPENING_UNKNOWN);
}

TEST(a_command_line_opens_memcached)
{
    static const char *const words[] = {"get a\r\n", "gets a b\r\n", "set a 0 0 1\r\nx\r\n",
                                        "version\r\n", "stats\r\n", "delete a\n", "incr a 1\r\n",
                                        "gat 0 a\r\n", "cas a 0 0 1 7\r\nx\r\n", "flush_all\r\n"};
    for (size_t i = 0; i < COUNT_OF_TESTS(words); i++)
        assert_opens(words[i], OPENING_MEMCACHED);
    assert_opens("get a", OPENING_UNKNOWN);
    assert_opens("mg a v\r\n", OPENING_UNKNOWN);
    assert_opens("watch fetchers\r\n", OPENING_UNKNOWN);
    assert_opens("getx a\r\n", OPENING_UNKNOWN);
    assert_opens("quit\r\n", OPENING_UNKNOWN);
    assert_opens(" get a\r\n", OPENING_UNKNOWN);
    assert_opens("a_very_long_first_word_of_nothing\r\n", OPENING_UNKNOWN);
}

TEST(other_protocols_are_unknown)
{
    static const struct {
        const char *bytes;
        size_t count;
    } first[] = {
        {"\x00\x00\x00\x08\x04\xd2\x16\x2f", 8},   /* PostgreSQL: SSLRequest */
        {"\x10\x16\x00\x04MQTT", 8},               /* MQTT: CONNECT */
        {"AMQP\x00\x00\x09\x01", 8},               /* AMQP */
        {"\x30\x0c\x02\x01\x01\x60", 6},           /* LDAP: bind */
        {"\x05\x01\x00", 3},                       /* SOCKS5 */
        {"\x04\x01\x00\x50", 4},                   /* SOCKS4 */
        {"\x00\x1d\xab\xcd\x01\x00", 6},           /* DNS */
        {"\x80\x01\x00\x00\x00\x00", 6},           /* memcached, binary */
        {"SSH-2.0-OpenSSH\r\n", 17},
        {"\x00\x00\x00\x54\xffSMB", 8},
    };
    for (size_t i = 0; i < COUNT_OF_TESTS(first); i++)
        assert_int_equal(opens(first[i].bytes, first[i].count), OPENING_UNKNOWN);
}

RUN_TESTS(cmocka_unit_test(nothing_is_unknown), cmocka_unit_test(every_method_opens_http),
          cmocka_unit_test(near_misses_of_http_are_unknown),
          cmocka_unit_test(the_preface_opens_http2), cmocka_unit_test(a_client_hello_opens_tls),
          cmocka_unit_test(near_misses_of_tls_are_unknown),
          cmocka_unit_test(a_command_opens_redis),
          cmocka_unit_test(a_command_line_opens_memcached),
          cmocka_unit_test(other_protocols_are_unknown))
