/* SPDX-License-Identifier: MIT
 *
 * See explain.h. A host name is resolved with getaddrinfo(), as the program would, so what is shown
 * for each of its addresses is what a connection to that address would get.
 */
#include "doors/explain.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/next.h"
#include "base/program.h"
#include "base/sys.h"
#include "peer/limit.h"
#include "peer/state.h"
#include "record/log.h"

enum { STDOUT = 1, NAME_WIDTH = 14, VALUE_WIDTH = 12 };

static void print(const struct text *line)
{
    (void)sys_write(STDOUT, line->bytes, line->length);
}

static void add_padded(struct text *line, const char *words, size_t width)
{
    text_add(line, words);
    for (size_t i = strlen(words); i < width; i++)
        text_add(line, " ");
}

static void add_time(struct text *line, uint32_t ms)
{
    text_add_number(line, ms % 1000 ? ms : ms / 1000);
    text_add(line, ms % 1000 ? "ms" : "s");
}

static void add_value(struct text *line, enum setting setting, uint32_t said)
{
    struct text value;
    text_clear(&value);
    if (!said)
        text_add(&value, setting == SETTING_IDLE ? "none" : "unset");
    else if (setting == SETTING_ACTION || setting == SETTING_PROTOCOL)
        text_add(&value, setting_word(setting, said));
    else
        add_time(&value, said);
    add_padded(line, value.bytes, VALUE_WIDTH);
}

/* "built in", "the environment", or the file and line. */
static void add_place(struct text *line, const struct settings_place *place)
{
    switch ((enum settings_source)place->source) {
    case SOURCE_BUILT_IN:
        text_add(line, "built in");
        return;
    case SOURCE_ENVIRONMENT:
        text_add(line, "the environment");
        return;
    case SOURCE_SYSTEM_FILE:
        text_add(line, SETTINGS_SYSTEM_FILE);
        break;
    case SOURCE_FILE:
        text_add(line, getenv("UNSTALE_CONFIG"));
    }
    text_add(line, ":");
    text_add_number(line, place->line);
}

static void print_setting(const struct address *address, const char *name, enum setting setting)
{
    const struct settings_rule *rule = peer_rule(address, name, setting);
    struct text line;
    text_clear(&line);
    text_add(&line, "  ");
    add_padded(&line, setting_name(setting), NAME_WIDTH);
    add_value(&line, setting, rule->said[setting]);
    if (rule != &settings.defaults) {
        text_add(&line, "[peer ");
        peer_pattern_describe(&rule->pattern, &line);
        text_add(&line, "] in ");
    }
    add_place(&line, &rule->places[setting]);
    text_add(&line, "\n");
    print(&line);
}

/* "12 minutes ago": the largest unit of which there are two. */
static void add_age(struct text *line, uint64_t age_s)
{
    static const struct {
        uint64_t seconds;
        const char *words;
    } units[] = {{86400, " days ago"}, {3600, " hours ago"}, {60, " minutes ago"}, {1, " s ago"}};
    size_t unit = 0;
    while (unit < 3 && age_s < 2 * units[unit].seconds)
        unit++;
    text_add_number(line, age_s / units[unit].seconds);
    text_add(line, units[unit].words);
}

/* The limit that a process would begin with, and what it is from. */
static void add_learned(struct text *line, const struct evidence_summary *summary, uint64_t age_s)
{
    struct evidence evidence = {0};
    struct text limit;
    text_clear(&limit);
    evidence_import(&evidence, summary, clock_coarse_ms());
    add_time(&limit, evidence_limits(&evidence).any_ms);
    add_padded(line, limit.bytes, VALUE_WIDTH);
    if (summary->hint_ms) {
        text_add(line, "Keep-Alive: timeout=");
        text_add_number(line, summary->hint_ms / 1000);
        text_add(line, ", ");
    }
    if (summary->age_ms) {
        text_add(line, "closed after ");
        add_time(line, summary->age_ms);
        text_add(line, ", ");
    }
    add_age(line, age_s);
}

/* What the state file says of the address: what processes that run know besides is theirs. */
static void print_learned(const struct address *address, const char *name)
{
    struct evidence_summary summary;
    uint64_t age_s = 0;
    struct text line;
    const char *why = settings.state_path[0] ? state_look(address, &summary, &age_s) : "";
    text_clear(&line);
    text_add(&line, "  ");
    add_padded(&line, "learned", NAME_WIDTH);
    if (!why && (summary.hint_ms || summary.age_ms)) {
        add_learned(&line, &summary, age_s);
        text_add(&line, ", in ");
        text_add(&line, settings.state_path);
    } else {
        add_padded(&line, "nothing", VALUE_WIDTH);
        text_add(&line, settings.state_path[0] ? settings.state_path : "no 'state' is set");
        text_add(&line, settings.state_path[0] ? " " : "");
        text_add(&line, why ? why : "says nothing of it");
    }
    if (peer_rule(address, name, SETTING_IDLE)->said[SETTING_IDLE])
        text_add(&line, "; 'idle' holds");
    text_add(&line, "\n");
    print(&line);
}

static void print_address(const struct address *address, const char *name)
{
    struct text line;
    text_clear(&line);
    address_describe(address, &line);
    text_add(&line, "\n");
    print(&line);
    for (int setting = 0; setting < SETTINGS_OF_RULE; setting++)
        print_setting(address, name, (enum setting)setting);
    print_learned(address, name);
}

static void print_name(const struct peer_pattern *peer)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG};
    struct addrinfo *list = NULL;
    struct address address;
    if (next.getaddrinfo(peer->name, NULL, &hints, &list) != 0) {
        struct text problem;
        text_clear(&problem);
        (void)text_refuse(&problem, peer->name, "does not resolve here; give an address");
        log_complain(problem.bytes);
        return;
    }
    for (const struct addrinfo *at = list; at; at = at->ai_next)
        if (address_from_socket(at->ai_addr, at->ai_addrlen, &address)) {
            address.port = peer->address.port;
            print_address(&address, peer->name);
        }
}

static bool is_one_peer(const struct peer_pattern *peer)
{
    return peer->address.port && peer->name[0] != '*' &&
           (peer->name[0] || peer->address.bits == 128);
}

static void print_program(void)
{
    struct text line;
    if (!settings.defaults.elsewhere)
        return;
    text_clear(&line);
    text_add(&line, "'programs' leaves ");
    text_add(&line, program_name());
    text_add(&line, " out: nothing is done there\n");
    print(&line);
}

void explain_peer(const char *peer)
{
    struct peer_pattern pattern;
    struct text problem;
    text_clear(&problem);
    if (peer_pattern_parse(peer, &pattern, &problem) != 0 || !is_one_peer(&pattern)) {
        text_clear(&problem);
        (void)text_refuse(&problem, peer,
                          "is no HOST:PORT; write api.internal:443, 10.0.0.5:80 or [::1]:80");
        log_complain(problem.bytes);
        return;
    }
    print_program();
    if (pattern.name[0]) {
        print_name(&pattern);
        return;
    }
    struct address address = {.port = pattern.address.port};
    memcpy(address.bytes, pattern.address.bytes, sizeof address.bytes);
    print_address(&address, NULL);
}
