/* SPDX-License-Identifier: MIT
 *
 * See explain.h. A host name is resolved with getaddrinfo(), as the program would, so what is shown
 * for each of its addresses is what a connection to that address would get.
 */
#include "doors/explain.h"

#include <stdlib.h>
#include <string.h>

#include "base/next.h"
#include "base/program.h"
#include "base/sys.h"
#include "peer/limit.h"
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

static void add_value(struct text *line, enum setting setting, uint32_t said)
{
    struct text value;
    text_clear(&value);
    if (!said)
        text_add(&value, setting == SETTING_IDLE ? "none" : "unset");
    else if (setting == SETTING_ACTION || setting == SETTING_PROTOCOL)
        text_add(&value, setting_word(setting, said));
    else {
        text_add_number(&value, said % 1000 ? said : said / 1000);
        text_add(&value, said % 1000 ? "ms" : "s");
    }
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

static void print_address(const struct address *address, const char *name)
{
    struct text line;
    text_clear(&line);
    address_describe(address, &line);
    text_add(&line, "\n");
    print(&line);
    for (int setting = 0; setting < SETTINGS_OF_RULE; setting++)
        print_setting(address, name, (enum setting)setting);
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
