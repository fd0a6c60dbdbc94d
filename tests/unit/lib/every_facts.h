/* SPDX-License-Identifier: MIT
 *
 * Every combination of the facts of a verdict, and the facts as a list of named values: an enum has
 * its words, a bool has "no" and "yes".
 */
#ifndef UNSTALE_TESTS_UNIT_EVERY_FACTS_H
#define UNSTALE_TESTS_UNIT_EVERY_FACTS_H

#include <stddef.h>

#include "verdict/verdict.h"

/* One fact, with the number of its values. Moment, traffic and wish are enums, the rest are bools. */
struct fact {
    const char *name;
    unsigned values;
    const char *const *words;
    size_t offset; /* in struct facts */
};

enum { EVERY_FACTS_BITS = 18, EVERY_FACTS_COUNT = 3 + EVERY_FACTS_BITS };

/* In the order in which docs/decision.md shows them. */
extern const struct fact every_fact[EVERY_FACTS_COUNT];

void fact_set(struct facts *facts, const struct fact *fact, unsigned value);
unsigned fact_get(const struct facts *facts, const struct fact *fact);

void every_facts(void (*visit)(const struct facts *facts, void *data), void *data);

/* All facts in words, in a static buffer. */
const char *every_facts_words(const struct facts *facts);

#endif
