/* SPDX-License-Identifier: MIT
 *
 * The ADDRESS[/BITS][:PORT] of a [peer] section: what is taken, what is refused and in which words,
 * whom a pattern matches, and which of two patterns is narrower.
 */
#include "unit.h"

#include <arpa/inet.h>

#include "base/address.h"

static int parse(const char *words, struct address_pattern *pattern, struct text *problem)
{
    text_clear(problem);
    return address_pattern_parse(words, pattern, problem);
}

static struct address_pattern good(const char *words)
{
    struct address_pattern pattern;
    struct text problem;
    int result = parse(words, &pattern, &problem);
    if (result)
        print_error("'%s' was refused: %s\n", words, problem.bytes);
    assert_int_equal(result, 0);
    return pattern;
}

static bool matches(const char *pattern, const char *host, uint16_t port)
{
    struct address_pattern parsed = good(pattern);
    struct address address = {.port = port};
    if (!inet_pton(AF_INET6, host, address.bytes)) {
        address.bytes[10] = address.bytes[11] = 0xff;
        assert_int_equal(inet_pton(AF_INET, host, address.bytes + 12), 1);
    }
    return address_pattern_matches(&parsed, &address);
}

TEST(good_forms_are_taken)
{
    static const struct {
        const char *words;
        uint8_t bits;
        uint16_t port;
    } cases[] = {
        {"10.0.0.1", 128, 0},       {"10.0.0.0/8", 104, 0},    {"0.0.0.0/0", 96, 0},
        {"10.0.0.1:80", 128, 80},   {"10.0.0.0/8:65535", 104, 65535}, {"10.0.0.1/32:1", 128, 1},
        {"::1", 128, 0},            {"[::1]", 128, 0},         {"[::1]:443", 128, 443},
        {"fd00::/8", 8, 0},         {"[fd00::]/8:8080", 8, 8080}, {"::/0", 0, 0},
        {"::ffff:10.0.0.0/104", 104, 0}, {"[::]/0:80", 0, 80},
    };
    for (size_t i = 0; i < COUNT_OF_TESTS(cases); i++) {
        struct address_pattern pattern = good(cases[i].words);
        assert_int_equal(pattern.bits, cases[i].bits);
        assert_int_equal(pattern.port, cases[i].port);
    }
}

#define FORM                                                                                       \
    "is no peer; write a name or ADDRESS[/BITS], and :PORT if need be, as api.internal:443, *.corp, " \
    "10.0.0.0/8:8080 or [::1]:80"
#define BITS4 "has a bad /BITS; 0 to 32 is allowed"
#define BITS6 "has a bad /BITS; 0 to 128 is allowed"
#define PORT "has a bad port; 1 to 65535 is allowed"
#define BEHIND "has bits set behind its /BITS; clear them or lengthen /BITS"

TEST(bad_forms_are_refused_in_exact_words)
{
    static const struct {
        const char *words;
        const char *why;
    } cases[] = {
        {"", FORM},                {"api.internal", FORM},    {"10.0.0", FORM},
        {"10.0.0.256", FORM},      {"10.0.0.1.1", FORM},      {"[::1", FORM},
        {"::1]", FORM},            {"[]", FORM},              {"[]:80", FORM},
        {"/8", FORM},              {":80", FORM},             {"fe80::1%eth0", FORM},
        {"[::1]80", FORM},         {" 10.0.0.1", FORM},       {"10.0.0.1 ", FORM},
        {"0x0a000001", FORM},      {"*", FORM},               {"1:2:3:4:5:6:7:8:9", FORM},
        {"10.0.0.1/33", BITS4},    {"10.0.0.1/", BITS4},      {"10.0.0.1/-1", BITS4},
        {"10.0.0.1/8x", BITS4},    {"10.0.0.1/+8", BITS4},    {"10.0.0.1/99999999999", BITS4},
        {"10.0.0.0/8/8", BITS4},   {"::1/129", BITS6},        {"::1/", BITS6},
        {"fd00::/8:80", BITS6},    {"10.0.0.1:", PORT},       {"10.0.0.1:0", PORT},
        {"10.0.0.1:65536", PORT},  {"10.0.0.1:http", PORT},   {"[::1]:", PORT},
        {"10.0.0.1:99999999999", PORT}, {"10.0.0.1/8", BEHIND}, {"fd00::1/8", BEHIND},
        {"128.0.0.0/0", BEHIND},   {"10.128.0.0/8:80", BEHIND},
    };
    for (size_t i = 0; i < COUNT_OF_TESTS(cases); i++) {
        struct address_pattern pattern;
        struct text problem;
        char expected[200];
        snprintf(expected, sizeof expected, "'%s' %s", cases[i].words, cases[i].why);
        assert_int_equal(parse(cases[i].words, &pattern, &problem), -EINVAL);
        assert_string_equal(problem.bytes, expected);
    }
}

TEST(one_that_is_too_long_is_refused)
{
    char words[ADDRESS_PATTERN_MOST + 2];
    struct address_pattern pattern;
    struct text problem;
    memset(words, '1', sizeof words);
    words[ADDRESS_PATTERN_MOST] = 0;
    assert_int_equal(parse(words, &pattern, &problem), -EINVAL);
    assert_non_null(strstr(problem.bytes, "is too long for ADDRESS[/BITS][:PORT]"));
}

TEST(a_pattern_matches_its_net_and_port_alone)
{
    assert_true(matches("10.0.0.0/8", "10.255.0.1", 1));
    assert_false(matches("10.0.0.0/8", "11.0.0.1", 1));
    assert_true(matches("10.0.0.0/8:80", "10.1.1.1", 80));
    assert_false(matches("10.0.0.0/8:80", "10.1.1.1", 81));
    assert_true(matches("192.168.4.0/22", "192.168.7.255", 9));
    assert_false(matches("192.168.4.0/22", "192.168.8.0", 9));
    assert_true(matches("fd00::/8", "fdff::1", 9));
    assert_false(matches("fd00::/8", "fe00::1", 9));
    assert_true(matches("fe80::/10", "febf::1", 9));
    assert_false(matches("fe80::/10", "fec0::1", 9));
    assert_true(matches("10.0.0.1", "10.0.0.1", 9));
    assert_false(matches("10.0.0.1", "10.0.0.0", 9));
}

TEST(families_meet_in_the_mapped_form)
{
    assert_true(matches("10.0.0.0/8", "::ffff:10.0.0.1", 1));
    assert_true(matches("::ffff:10.0.0.0/104", "10.0.0.1", 1));
    assert_true(matches("0.0.0.0/0", "1.2.3.4", 1));
    assert_false(matches("0.0.0.0/0", "2001:db8::1", 1));
    assert_true(matches("::/0", "1.2.3.4", 1));
    assert_true(matches("::/0", "2001:db8::1", 1));
}

/* Every prefix length, against an address that differs in the last bit of the prefix, or just behind. */
TEST(every_prefix_length_counts_its_bits)
{
    for (unsigned bits = 0; bits <= 128; bits++) {
        struct address_pattern pattern = {.bits = (uint8_t)bits};
        struct address address = {0};
        if (bits) {
            address.bytes[(bits - 1) / 8] = (uint8_t)(0x80U >> (bits - 1) % 8);
            assert_false(address_pattern_matches(&pattern, &address));
        }
        memset(&address, 0, sizeof address);
        if (bits < 128)
            address.bytes[bits / 8] = (uint8_t)(0x80U >> bits % 8);
        assert_true(address_pattern_matches(&pattern, &address));
    }
}

TEST(the_longer_prefix_is_narrower_then_the_port)
{
    static const char *const narrower_and_narrower[] = {
        "::/0", "[::]/0:80", "0.0.0.0/0", "0.0.0.0/0:80", "10.0.0.0/8", "10.0.0.0/8:1",
        "10.0.0.0/9", "10.0.0.1", "10.0.0.1:80"};
    int before = -1;
    for (size_t i = 0; i < COUNT_OF_TESTS(narrower_and_narrower); i++) {
        struct address_pattern pattern = good(narrower_and_narrower[i]);
        assert_true(address_pattern_weight(&pattern) > before);
        before = address_pattern_weight(&pattern);
    }
}

RUN_TESTS(cmocka_unit_test(good_forms_are_taken),
          cmocka_unit_test(bad_forms_are_refused_in_exact_words),
          cmocka_unit_test(one_that_is_too_long_is_refused),
          cmocka_unit_test(a_pattern_matches_its_net_and_port_alone),
          cmocka_unit_test(families_meet_in_the_mapped_form),
          cmocka_unit_test(every_prefix_length_counts_its_bits),
          cmocka_unit_test(the_longer_prefix_is_narrower_then_the_port))
