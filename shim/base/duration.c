/* SPDX-License-Identifier: MIT
 *
 * See duration.h. Counts in microseconds so that "1.5s" and "0.5ms" need no floating point.
 */
#include "base/duration.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* Beyond any duration that is allowed, and far from where the arithmetic would overflow. */
static const uint64_t WHOLE_MOST = 10000000000ULL;

static const struct {
    const char *name;
    uint64_t us;
} units[] = {{"ms", 1000}, {"s", 1000000}, {"m", 60000000}, {"h", 3600000000ULL}};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static int refuse_unitless(struct text *problem, const char *words)
{
    text_refuse(problem, words, "has no unit; write ");
    text_add(problem, words);
    text_add(problem, "s or ");
    text_add(problem, words);
    text_add(problem, "ms");
    return -EINVAL;
}

static uint64_t unit_us(const char *name)
{
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (!strcmp(name, units[i].name))
            return units[i].us;
    return 0;
}

/* The number before the unit in millionths; `end` is left at the first byte behind it. */
static uint64_t read_millionths(const char *words, const char **end)
{
    uint64_t whole = 0;
    uint64_t fraction = 0;
    uint64_t place = 100000;
    for (; is_digit(*words); words++)
        if (whole < WHOLE_MOST)
            whole = whole * 10 + (uint64_t)(*words - '0');
    if (*words == '.' && is_digit(words[1]))
        for (words++; is_digit(*words); words++, place /= 10)
            fraction += place * (uint64_t)(*words - '0');
    *end = words;
    return whole * 1000000 + fraction;
}

int duration_parse(const char *words, uint32_t *ms, struct text *problem)
{
    const char *unit;
    if (!is_digit(words[0]))
        return text_refuse(problem, words,
                           "is no duration; write a number and a unit: 500ms, 3s, 2m, 1h");
    uint64_t millionths = read_millionths(words, &unit);
    if (!*unit)
        return refuse_unitless(problem, words);
    uint64_t us = unit_us(unit);
    if (!us)
        return text_refuse(problem, words, "has an unknown unit; the units are ms, s, m and h");
    if (millionths / 1000000 > DURATION_MOST_MS * 1000ULL / us)
        return text_refuse(problem, words, "is too long; at most 720h is allowed");
    uint64_t total_ms = millionths * (us / 1000) / 1000000;
    if (total_ms < 1)
        return text_refuse(problem, words, "is too short; at least 1ms is allowed");
    if (total_ms > DURATION_MOST_MS)
        return text_refuse(problem, words, "is too long; at most 720h is allowed");
    *ms = (uint32_t)total_ms;
    return 0;
}
