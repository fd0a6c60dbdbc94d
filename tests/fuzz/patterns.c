/* SPDX-License-Identifier: MIT
 *
 * Fuzzes the readers of the patterns of addresses, peers and programs, and of durations.
 *
 * Besides what the sanitizers see: a pattern that is taken matches its own address or name, weighs what
 * its parts weigh, and reads as the same when it is written down; a refusal says something.
 */
#include <stdlib.h>
#include <string.h>

#include "base/address.h"
#include "base/duration.h"
#include "base/peer_pattern.h"
#include "base/program.h"

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

static bool same(const struct peer_pattern *a, const struct peer_pattern *b)
{
    return !strcmp(a->name, b->name) && a->address.port == b->address.port &&
           a->address.bits == b->address.bits &&
           !memcmp(a->address.bytes, b->address.bytes, sizeof a->address.bytes);
}

/* "*.corp" matches "a.corp", "api.corp" itself. */
static void match_own_name(const struct peer_pattern *pattern)
{
    struct address own = {.port = pattern->address.port};
    char name[HOST_NAME_MOST_BYTES + 2];
    demand(strlen(pattern->name) <= HOST_NAME_MOST_BYTES);
    strcpy(name, pattern->name);
    if (name[0] == '*')
        name[0] = 'a';
    demand(peer_pattern_matches(pattern, &own, name));
    demand(!peer_pattern_matches(pattern, &own, NULL));
}

static void read_peer(const char *words)
{
    struct peer_pattern pattern, again;
    struct text text;
    text_clear(&text);
    if (peer_pattern_parse(words, &pattern, &text) != 0) {
        demand(text.length != 0);
        return;
    }
    demand(text.length == 0 && peer_pattern_weight(&pattern) >= 0);
    if (pattern.name[0])
        match_own_name(&pattern);
    peer_pattern_describe(&pattern, &text);
    char written[TEXT_ROOM];
    strcpy(written, text.bytes);
    text_clear(&text);
    demand(peer_pattern_parse(written, &again, &text) == 0 && same(&pattern, &again));
}

static void read_programs(const char *words)
{
    bool elsewhere = false;
    bool this_one = false;
    struct text problem;
    text_clear(&problem);
    demand((program_read_list(words, &elsewhere, &problem) == 0) == (problem.length == 0));
    text_clear(&problem);
    demand((program_read_pattern(words, &this_one, &problem) == 0) == (problem.length == 0));
    demand(!this_one || !strpbrk(words, "/,"));
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
    read_peer(words);
    program_pretend("python3.11");
    read_programs(words);
    free(words);
    return 0;
}
