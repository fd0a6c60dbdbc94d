/* SPDX-License-Identifier: MIT
 * limit: 120s
 *
 * docs/decision.md shows the verdict as a tree of conditions. This test makes it from the code and
 * compares the two line for line; with --write it puts it into the file.
 *
 * It is a tree: the facts are looked at in one fixed order, one that changes nothing under the ones
 * above it is left out, and values with the same outcome share a branch.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/every_facts.h"

enum { TEXT_MOST = 1 << 20 };

static const char begin_mark[] = "```text\n";
static const char end_mark[] = "```\n";

/* The outcomes of all combinations of the facts from `index` on, as one string to compare. */
struct outcomes {
    size_t count;
    unsigned char *codes;
};

static char table[TEXT_MOST];
static size_t table_used;

static void collect(struct facts *facts, unsigned index, struct outcomes *outcomes)
{
    if (index == EVERY_FACTS_COUNT) {
        struct decision decision = verdict_decide(facts);
        outcomes->codes[outcomes->count++] =
            (unsigned char)((unsigned)decision.verdict << 5 | (unsigned)decision.reason);
        return;
    }
    for (unsigned value = 0; value < every_fact[index].values; value++) {
        fact_set(facts, &every_fact[index], value);
        collect(facts, index + 1, outcomes);
    }
}

static bool same_outcomes(struct facts facts, unsigned index, unsigned a, unsigned b)
{
    static unsigned char codes[2][1 << 23];
    struct outcomes first = {0, codes[0]};
    struct outcomes second = {0, codes[1]};
    fact_set(&facts, &every_fact[index], a);
    collect(&facts, index + 1, &first);
    fact_set(&facts, &every_fact[index], b);
    collect(&facts, index + 1, &second);
    return first.count == second.count && !memcmp(codes[0], codes[1], first.count);
}

static void add(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    table_used +=
        (size_t)vsnprintf(table + table_used, TEXT_MOST - table_used, format, arguments);
    va_end(arguments);
}

/* The first fact from `index` on whose value changes an outcome. */
static unsigned next_telling(const struct facts *facts, unsigned index)
{
    for (; index < EVERY_FACTS_COUNT; index++)
        for (unsigned value = 1; value < every_fact[index].values; value++)
            if (!same_outcomes(*facts, index, 0, value))
                return index;
    return index;
}

/* True when an earlier value has the same outcomes: then this one stands in its branch. */
static bool shares_branch(const struct facts *facts, unsigned index, unsigned value)
{
    for (unsigned earlier = 0; earlier < value; earlier++)
        if (same_outcomes(*facts, index, earlier, value))
            return true;
    return false;
}

static void add_condition(const struct facts *facts, unsigned index, unsigned value, int depth)
{
    const struct fact *fact = &every_fact[index];
    add("%*s%s: %s", 4 * depth, "", fact->name, fact->words[value]);
    for (unsigned other = value + 1; other < fact->values; other++)
        if (same_outcomes(*facts, index, value, other))
            add(", %s", fact->words[other]);
}

/* One pass over the branches of a fact: those that end at once come first, which reads better. */
static void add_branches(struct facts facts, unsigned index, int depth, bool ends)
{
    for (unsigned value = 0; value < every_fact[index].values; value++) {
        if (shares_branch(&facts, index, value))
            continue;
        struct facts with = facts;
        fact_set(&with, &every_fact[index], value);
        unsigned next = next_telling(&with, index + 1);
        if ((next == EVERY_FACTS_COUNT) != ends)
            continue;
        add_condition(&facts, index, value, depth);
        struct decision decision = verdict_decide(&with);
        if (ends)
            add(" -> %s (%s)", verdict_name(decision.verdict),
                verdict_reason_name(decision.reason));
        add("\n");
        if (ends)
            continue;
        add_branches(with, next, depth + 1, true);
        add_branches(with, next, depth + 1, false);
    }
}

static char *read_whole(const char *path)
{
    static char text[TEXT_MOST];
    FILE *file = fopen(path, "r");
    size_t count = file ? fread(text, 1, sizeof text - 1, file) : 0;
    text[count] = 0;
    if (file)
        fclose(file);
    return text;
}

static int write_table(const char *path, const char *text, const char *begin, const char *end)
{
    FILE *file = fopen(path, "w");
    if (!file)
        return 1;
    fprintf(file, "%.*s%s%s", (int)(begin - text), text, table, end);
    return fclose(file) ? 1 : 0;
}

/* Says which line of the file differs from the table. */
static int compare(const char *begin, const char *end)
{
    const char *made = table;
    while (begin < end && *made) {
        size_t length = strcspn(begin, "\n") + 1;
        if (strncmp(begin, made, length) != 0)
            break;
        begin += length;
        made += length;
    }
    if (begin == end && !*made)
        return 0;
    printf("docs/decision.md and verdict.c differ.\nfile: %.*s\ncode: %.*s\n"
           "If the code is right: build/tests/unit/verdict_table.test --write\n",
           (int)strcspn(begin, "\n"), begin, (int)strcspn(made, "\n"), made);
    return 1;
}

int main(int count, char **arguments)
{
    const char *path = "docs/decision.md";
    struct facts facts = {0};
    add_branches(facts, next_telling(&facts, 0), 0, true);
    add_branches(facts, next_telling(&facts, 0), 0, false);
    const char *text = read_whole(path);
    const char *begin = strstr(text, begin_mark);
    const char *end = begin ? strstr(begin, end_mark) : NULL;
    if (!end) {
        printf("%s has no block ```text\n", path);
        return 1;
    }
    begin += strlen(begin_mark);
    if (count > 1 && !strcmp(arguments[1], "--write"))
        return write_table(path, text, begin, end);
    return compare(begin, end);
}
