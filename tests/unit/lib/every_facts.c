/* SPDX-License-Identifier: MIT
 *
 * See every_facts.h.
 */
#include "lib/every_facts.h"

#include <stdio.h>
#include <string.h>

static const char *const moments[] = {"first-write", "probe", "parked"};
static const char *const traffics[] = {"fresh-known", "fresh", "http1", "stateless",
                                       "https",       "tls",   "other"};
static const char *const wishes[] = {"auto", "reconnect", "evict"};
static const char *const answers[] = {"no", "yes"};

_Static_assert(sizeof moments / sizeof moments[0] == MOMENT_COUNT, "a word for each moment");
_Static_assert(sizeof traffics / sizeof traffics[0] == TRAFFIC_COUNT, "a word for each traffic");
_Static_assert(sizeof wishes / sizeof wishes[0] == WISH_COUNT, "a word for each wish");

#define ENUM(words, name, field)                                                                   \
    {name, sizeof(words) / sizeof((words)[0]), words, offsetof(struct facts, field)}
#define BOOL(name, field) ENUM(answers, name, field)

const struct fact every_fact[EVERY_FACTS_COUNT] = {
    BOOL("half closed", half_closed),
    BOOL("between", between),
    BOOL("quiet", quiet),
    ENUM(moments, "moment", moment),
    BOOL("unseen bytes", unseen),
    BOOL("evicted", evicted),
    BOOL("peer closed", peer_closed),
    BOOL("past limit", expired),
    BOOL("past lifetime", aged),
    BOOL("suspended", suspended),
    ENUM(wishes, "action", wish),
    BOOL("told", told),
    ENUM(traffics, "traffic", traffic),
    BOOL("watched", watched),
    BOOL("shared", shared),
    BOOL("awaited", awaited),
    BOOL("foreign", foreign),
    BOOL("bound", bound),
    BOOL("named", named),
    BOOL("firm limit", limit_is_firm),
    BOOL("outlived", outlived),
};

static bool is_enum(const struct fact *fact)
{
    return fact->words != answers;
}

void fact_set(struct facts *facts, const struct fact *fact, unsigned value)
{
    unsigned char *field = (unsigned char *)facts + fact->offset;
    if (is_enum(fact))
        memcpy(field, &value, sizeof value);
    else
        *field = (unsigned char)value;
}

unsigned fact_get(const struct facts *facts, const struct fact *fact)
{
    const unsigned char *field = (const unsigned char *)facts + fact->offset;
    unsigned value = *field;
    if (is_enum(fact))
        memcpy(&value, field, sizeof value);
    return value;
}

static void vary(struct facts *facts, unsigned index,
                 void (*visit)(const struct facts *facts, void *data), void *data)
{
    if (index == EVERY_FACTS_COUNT) {
        visit(facts, data);
        return;
    }
    for (unsigned value = 0; value < every_fact[index].values; value++) {
        fact_set(facts, &every_fact[index], value);
        vary(facts, index + 1, visit, data);
    }
}

void every_facts(void (*visit)(const struct facts *facts, void *data), void *data)
{
    struct facts facts = {0};
    vary(&facts, 0, visit, data);
}

const char *every_facts_words(const struct facts *facts)
{
    static char words[1024];
    size_t used = 0;
    for (unsigned i = 0; i < EVERY_FACTS_COUNT; i++)
        used += (size_t)snprintf(words + used, sizeof words - used, "%s=%s; ", every_fact[i].name,
                                 every_fact[i].words[fact_get(facts, &every_fact[i])]);
    return words;
}
