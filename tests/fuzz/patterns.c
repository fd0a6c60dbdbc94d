/* SPDX-License-Identifier: MIT
 *
 * Fuzzes the readers of address patterns and durations.
 *
 * Besides what the sanitizers see: a pattern that is taken matches its own address, weighs what its
 * parts weigh, and a refusal says something.
 */
#include <stdlib.h>
#include <string.h>

#include "base/address.h"
#include "base/duration.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool condition)
{
    if (!condition)
        abort();
}

static void read_pattern(const char *words)
{
    struct address_pattern pattern = {0};
    struct text problem;
    text_clear(&problem);
    if (address_pattern_parse(words, &pattern, &problem) != 0) {
        demand(problem.length != 0);
        return;
    }
    struct address own = {.port = pattern.port};
    memcpy(own.bytes, pattern.bytes, sizeof own.bytes);
    demand(pattern.bits <= 128 && problem.length == 0);
    demand(address_pattern_matches(&pattern, &own));
    demand(address_pattern_weight(&pattern) <= 257);
}

static void read_duration(const char *words)
{
    uint32_t ms = 0;
    struct text problem;
    text_clear(&problem);
    bool good = duration_parse(words, &ms, &problem) == 0;
    demand(good == (problem.length == 0));
    demand(good == (ms >= 1 && ms <= DURATION_MOST_MS));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *words = malloc(size + 1);
    memcpy(words, data, size);
    words[size] = 0;
    read_pattern(words);
    read_duration(words);
    free(words);
    return 0;
}
