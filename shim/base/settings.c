/* SPDX-License-Identifier: MIT
 *
 * See settings.h. What a key means, and the environment. The files are read in settings_file.c.
 */
#include "base/settings.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/compiler.h"
#include "base/duration.h"
#include "base/program.h"
#include "base/sys.h"

TABLE struct settings settings;

/* Words stand in place: a table of pointers would be relocated in every process. */
enum { WORD_ROOM = 14 };

static const char actions[][WORD_ROOM] = {[ACTION_AUTO] = "auto",
                                          [ACTION_RECONNECT] = "reconnect",
                                          [ACTION_EVICT] = "evict",
                                          [ACTION_OBSERVE] = "observe",
                                          [ACTION_OFF] = "off"};

static const char protocols[][WORD_ROOM] = {
    [RULE_AUTO] = "auto", [RULE_REDIS] = "redis", [RULE_MEMCACHED] = "memcached"};

static const char rule_settings[SETTINGS_OF_RULE][WORD_ROOM] = {
    [SETTING_IDLE] = "idle",
    [SETTING_ACTION] = "action",
    [SETTING_PROTOCOL] = "protocol",
    [SETTING_KEEPALIVE] = "keepalive",
    [SETTING_USER_TIMEOUT] = "user_timeout",
    [SETTING_MAX_LIFETIME] = "max_lifetime",
};

/* The value of `word`, 1 and up; 0 when the list does not have it. */
static uint32_t value_of(const char (*list)[WORD_ROOM], size_t count, const char *word)
{
    uint32_t value = 1;
    while (value < count && strcmp(list[value], word) != 0)
        value++;
    return value < count ? value : 0;
}

static int read_action(const char *value, uint32_t *said, struct text *problem)
{
    uint32_t action = value_of(actions, COUNT_OF(actions), value);
    if (!action)
        return text_refuse(problem, value,
                           "is no action; write auto, reconnect, evict, observe or off");
    *said = action;
    return 0;
}

static int read_protocol(const char *value, uint32_t *said, struct text *problem)
{
    uint32_t protocol = value_of(protocols, COUNT_OF(protocols), value);
    if (!protocol)
        return text_refuse(problem, value, "is no protocol; write auto, redis or memcached");
    *said = protocol;
    return 0;
}

/* The kernel counts in seconds, up to MAX_TCP_KEEPIDLE (include/net/tcp.h). */
static int read_keepalive(const char *value, uint32_t *said, struct text *problem)
{
    uint32_t ms;
    int result = duration_parse(value, &ms, problem);
    if (result)
        return result;
    if (ms % 1000 || ms > 32767000)
        return text_refuse(problem, value,
                           "is no keepalive time; write whole seconds, 1s to 32767s");
    *said = ms;
    return 0;
}

static int read_value(enum setting setting, const char *value, uint32_t *said, struct text *problem)
{
    switch (setting) {
    case SETTING_ACTION:
        return read_action(value, said, problem);
    case SETTING_PROTOCOL:
        return read_protocol(value, said, problem);
    case SETTING_KEEPALIVE:
        return read_keepalive(value, said, problem);
    default:
        return duration_parse(value, said, problem);
    }
}

#define RULE_SETTINGS "idle, action, protocol, keepalive, user_timeout, max_lifetime"

const char *setting_name(enum setting setting)
{
    return rule_settings[setting];
}

const char *setting_word(enum setting setting, uint32_t value)
{
    return setting == SETTING_ACTION ? actions[value] : protocols[value];
}

/* A relative path counts from the directory in which the program started, wherever it goes later. */
static int assign_path(char *path, const char *value, struct text *problem)
{
    size_t used = 0;
    path[0] = 0;
    if (*value != '/') {
        long count = SYS_CALL(SYS_getcwd, path, SETTINGS_PATH_MOST, 0, 0, 0, 0);
        if (count < 2)
            return text_refuse(problem, value,
                               "is relative, and the directory is unknown; "
                               "write an absolute path");
        used = (size_t)count - 1;
        path[used++] = '/';
    }
    if (used + strlen(value) >= SETTINGS_PATH_MOST) {
        path[0] = 0;
        return text_refuse(problem, value, "is too long for a path");
    }
    strcpy(path + used, value);
    return 0;
}

static int assign_log(const char *value, struct text *problem)
{
    settings.log_path[0] = 0;
    settings.log_to_stderr = !strcmp(value, "stderr");
    if (settings.log_to_stderr)
        return 0;
    if (!*value)
        return text_refuse(problem, value, "is no log; write stderr or a path");
    return assign_path(settings.log_path, value, problem);
}

static int assign_ledger(const char *value, struct text *problem)
{
    if (!*value)
        return text_refuse(problem, value, "is no folder; write one that exists");
    return assign_path(settings.ledger_path, value, problem);
}

static int assign_state(const char *value, struct text *problem)
{
    if (!*value)
        return text_refuse(problem, value, "is no file; write a path, as /var/lib/unstale/peers");
    return assign_path(settings.state_path, value, problem);
}

static bool is_peer(const struct settings_rule *section)
{
    return section >= settings.peers && section < settings.peers + SETTINGS_PEERS_MOST;
}

static const char *no_such_setting(const struct settings_rule *section)
{
    if (!section)
        return "is no setting; the settings are " RULE_SETTINGS ", programs, log, ledger and state";
    if (is_peer(section))
        return "is no setting of a peer; the settings are " RULE_SETTINGS " and programs";
    return "is no setting of a program; it may have " RULE_SETTINGS;
}

int settings_assign(struct settings_rule *section, struct settings_place place, const char *name,
                    const char *value, struct text *problem)
{
    struct settings_rule *rule = section ? section : &settings.defaults;
    for (size_t i = 0; i < SETTINGS_OF_RULE; i++) {
        if (strcmp(name, rule_settings[i]) != 0)
            continue;
        rule->places[i] = place;
        return read_value((enum setting)i, value, &rule->said[i], problem);
    }
    if (!strcmp(name, "programs") && (!section || is_peer(section)))
        return program_read_list(value, &rule->elsewhere, problem);
    if (!section && !strcmp(name, "log"))
        return assign_log(value, problem);
    if (!section && !strcmp(name, "ledger"))
        return assign_ledger(value, problem);
    if (!section && !strcmp(name, "state"))
        return assign_state(value, problem);
    return text_refuse(problem, name, no_such_setting(section));
}

static bool load_variable(const char *variable, const char *name, settings_complaint *complain)
{
    const char *value = getenv(variable);
    struct text problem;
    if (!value || !*value)
        return true;
    text_clear(&problem);
    text_add(&problem, variable);
    text_add(&problem, ": ");
    const struct settings_place place = {.source = SOURCE_ENVIRONMENT};
    if (settings_assign(NULL, place, name, value, &problem) == 0)
        return true;
    complain(problem.bytes);
    return false;
}

/* What the sections for this program say goes over [default]. */
static void apply_program(void)
{
    for (size_t i = 0; i < SETTINGS_OF_RULE; i++) {
        if (!settings.program.said[i])
            continue;
        settings.defaults.said[i] = settings.program.said[i];
        settings.defaults.places[i] = settings.program.places[i];
    }
}

bool settings_load(settings_complaint *complain)
{
    const char *file = getenv("UNSTALE_CONFIG");
    bool good = settings_load_file(SETTINGS_SYSTEM_FILE, SOURCE_SYSTEM_FILE, complain);
    if (file && *file)
        good = settings_load_file(file, SOURCE_FILE, complain) && good;
    apply_program();
    settings.observe = getenv("UNSTALE_OBSERVE") != NULL;
    good = load_variable("UNSTALE_IDLE", "idle", complain) && good;
    good = load_variable("UNSTALE_ACTION", "action", complain) && good;
    good = load_variable("UNSTALE_LOG", "log", complain) && good;
    good = load_variable("UNSTALE_LEDGER", "ledger", complain) && good;
    if (!settings.defaults.said[SETTING_ACTION])
        settings.defaults.said[SETTING_ACTION] = ACTION_AUTO;
    return good;
}
