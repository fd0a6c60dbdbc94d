/* SPDX-License-Identifier: MIT
 *
 * Durations: every form that is taken, and the exact words for every one that is refused.
 */
#include "unit.h"

#include "base/duration.h"

static const struct {
    const char *words;
    uint32_t ms;
} good[] = {
    {"1ms", 1},          {"500ms", 500},      {"3s", 3000},        {"1.5s", 1500},
    {"2m", 120000},      {"1h", 3600000},     {"0.5m", 30000},     {"0.001s", 1},
    {"1.9999ms", 1},     {"007s", 7000},      {"0.25h", 900000},   {"720h", 2592000000U},
    {"2592000s", 2592000000U}, {"2592000000ms", 2592000000U}, {"1.0000000000001s", 1000},
};

#define FORM "is no duration; write a number and a unit: 500ms, 3s, 2m, 1h"
#define UNITS "has an unknown unit; the units are ms, s, m and h"
#define SHORT "is too short; at least 1ms is allowed"
#define LONG "is too long; at most 720h is allowed"

static const struct {
    const char *words;
    const char *problem;
} bad[] = {
    {"3", "'3' has no unit; write 3s or 3ms"},
    {"1.5", "'1.5' has no unit; write 1.5s or 1.5ms"},
    {"", "'' " FORM},
    {"s", "'s' " FORM},
    {"-3s", "'-3s' " FORM},
    {"+3s", "'+3s' " FORM},
    {" 3s", "' 3s' " FORM},
    {".5s", "'.5s' " FORM},
    {"three", "'three' " FORM},
    {"3 s", "'3 s' " UNITS},
    {"3S", "'3S' " UNITS},
    {"3sec", "'3sec' " UNITS},
    {"3us", "'3us' " UNITS},
    {"3d", "'3d' " UNITS},
    {"3s ", "'3s ' " UNITS},
    {"1.s", "'1.s' " UNITS},
    {"1.2.3s", "'1.2.3s' " UNITS},
    {"0x10s", "'0x10s' " UNITS},
    {"1e3s", "'1e3s' " UNITS},
    {"0s", "'0s' " SHORT},
    {"0.0s", "'0.0s' " SHORT},
    {"0.9ms", "'0.9ms' " SHORT},
    {"0.0001s", "'0.0001s' " SHORT},
    {"721h", "'721h' " LONG},
    {"720.001h", "'720.001h' " LONG},
    {"43201m", "'43201m' " LONG},
    {"2592000001ms", "'2592000001ms' " LONG},
    {"4294967296ms", "'4294967296ms' " LONG},
    {"9999999999h", "'9999999999h' " LONG},
    {"100000000000s", "'100000000000s' " LONG},
    {"99999999999999999999999999999999ms", "'99999999999999999999999999999999ms' " LONG},
};

TEST(good_forms_are_taken)
{
    for (size_t i = 0; i < COUNT_OF_TESTS(good); i++) {
        uint32_t ms = 0;
        struct text problem;
        text_clear(&problem);
        assert_int_equal(duration_parse(good[i].words, &ms, &problem), 0);
        assert_int_equal(ms, good[i].ms);
        assert_string_equal(problem.bytes, "");
    }
}

TEST(bad_forms_are_refused_in_exact_words)
{
    for (size_t i = 0; i < COUNT_OF_TESTS(bad); i++) {
        uint32_t ms = 12345;
        struct text problem;
        text_clear(&problem);
        assert_int_equal(duration_parse(bad[i].words, &ms, &problem), -EINVAL);
        assert_string_equal(problem.bytes, bad[i].problem);
        assert_int_equal(ms, 12345);
    }
}

RUN_TESTS(cmocka_unit_test(good_forms_are_taken),
          cmocka_unit_test(bad_forms_are_refused_in_exact_words))
