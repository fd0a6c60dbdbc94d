/* SPDX-License-Identifier: MIT
 *
 * See settings.h. What a key means, and the environment. The files are read in settings_file.c.
 */
#include "base/settings.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/duration.h"
#include "base/sys.h"

/* Aligned like the greatest table, so that the linker puts it first of all, on a page that is used. */
_Alignas(64) struct settings settings;

struct word {
    char name[12];
    int value;
};

static const struct word actions[] = {{"auto", ACTION_AUTO},   {"reconnect", ACTION_RECONNECT},
                                      {"evict", ACTION_EVICT}, {"observe", ACTION_OBSERVE},
                                      {"off", ACTION_OFF},     {"", 0}};

static const struct word protocols[] = {{"auto", RULE_AUTO},
                                        {"redis", RULE_REDIS},
                                        {"memcached", RULE_MEMCACHED},
                                        {"", 0}};

/* The value of `word`; 0 when the list does not have it. */
static int value_of(const struct word *list, const char *word)
{
    while (list->name[0] && strcmp(list->name, word) != 0)
        list++;
    return list->value;
}

static int assign_action(struct settings_rule *rule, const char *value, struct text *problem)
{
    int action = value_of(actions, value);
    if (!action)
        return text_refuse(problem, value,
                           "is no action; write auto, reconnect, evict, observe or off");
    rule->action = (enum settings_action)action;
    return 0;
}

static int assign_protocol(struct settings_rule *rule, const char *value, struct text *problem)
{
    int protocol = value_of(protocols, value);
    if (!protocol)
        return text_refuse(problem, value, "is no protocol; write auto, redis or memcached");
    rule->protocol = (enum settings_protocol)protocol;
    return 0;
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

int settings_assign(struct settings_rule *section, const char *name, const char *value,
                    struct text *problem)
{
    struct settings_rule *rule = section ? section : &settings.defaults;
    if (!strcmp(name, "idle"))
        return duration_parse(value, &rule->idle_ms, problem);
    if (!strcmp(name, "action"))
        return assign_action(rule, value, problem);
    if (!strcmp(name, "protocol"))
        return assign_protocol(rule, value, problem);
    if (!section && !strcmp(name, "log"))
        return assign_log(value, problem);
    if (!section && !strcmp(name, "ledger"))
        return assign_ledger(value, problem);
    return text_refuse(
        problem, name,
        section ? "is no setting of a peer; the settings are idle, action and protocol"
                : "is no setting; the settings are idle, action, protocol, log and ledger");
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
    if (settings_assign(NULL, name, value, &problem) == 0)
        return true;
    complain(problem.bytes);
    return false;
}

bool settings_load(settings_complaint *complain)
{
    const char *file = getenv("UNSTALE_CONFIG");
    bool good = settings_load_file("/etc/unstale/preload.ini", false, complain);
    if (file && *file)
        good = settings_load_file(file, true, complain) && good;
    settings.observe = getenv("UNSTALE_OBSERVE") != NULL;
    good = load_variable("UNSTALE_IDLE", "idle", complain) && good;
    good = load_variable("UNSTALE_ACTION", "action", complain) && good;
    good = load_variable("UNSTALE_LOG", "log", complain) && good;
    good = load_variable("UNSTALE_LEDGER", "ledger", complain) && good;
    if (settings.defaults.action == ACTION_UNSAID)
        settings.defaults.action = ACTION_AUTO;
    return good;
}
