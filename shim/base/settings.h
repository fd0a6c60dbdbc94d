/* SPDX-License-Identifier: MIT
 *
 * The user's settings. Loaded once, by the constructor, before any door looks at them, and read-only
 * from then on. Layers, the last wins: built-in, /etc/unstale/preload.ini, the file in
 * UNSTALE_CONFIG, their [program] sections that are this program's, the environment. A [peer] section
 * speaks for its peers whatever layer the [default] came from.
 */
#ifndef UNSTALE_BASE_SETTINGS_H
#define UNSTALE_BASE_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/peer_pattern.h"

enum settings_action {
    ACTION_UNSAID, /* the section does not say; the next wider one does */
    ACTION_AUTO,
    ACTION_RECONNECT,
    ACTION_EVICT,
    ACTION_OBSERVE,
    ACTION_OFF,
};

/* What a rule says that a peer speaks; only then are these repaired at the limit. */
enum settings_protocol { RULE_UNSAID, RULE_AUTO, RULE_REDIS, RULE_MEMCACHED };

/* What a rule can say. */
enum setting {
    SETTING_IDLE,
    SETTING_ACTION,
    SETTING_PROTOCOL,
    SETTING_KEEPALIVE,
    SETTING_USER_TIMEOUT,
    SETTING_MAX_LIFETIME,
    SETTINGS_OF_RULE
};

/* Who said it. */
enum settings_source {
    SOURCE_BUILT_IN,
    SOURCE_SYSTEM_FILE, /* /etc/unstale/preload.ini */
    SOURCE_FILE,        /* UNSTALE_CONFIG */
    SOURCE_ENVIRONMENT
};

struct settings_place {
    uint16_t line; /* in a file */
    uint8_t source;
};

struct settings_rule {
    struct peer_pattern pattern;     /* of a [peer ...] section */
    bool elsewhere;                  /* its `programs` leave this program out */
    uint32_t said[SETTINGS_OF_RULE]; /* ms, or one of the enums above; 0: not said */
    struct settings_place places[SETTINGS_OF_RULE];
};

enum { SETTINGS_PEERS_MOST = 256, SETTINGS_PATH_MOST = 1024 };

struct settings {
    struct settings_rule defaults; /* whose `elsewhere` keeps the shim out of this program */
    struct settings_rule program;  /* what the [program] sections for this one say */
    unsigned peer_count;
    bool observe; /* change nothing, whatever any rule says (unstale observe) */
    char state_path[SETTINGS_PATH_MOST]; /* absolute; empty: none */
    bool log_to_stderr;
    char log_path[SETTINGS_PATH_MOST];               /* absolute; empty: no file */
    char ledger_path[SETTINGS_PATH_MOST];            /* absolute; empty: no ledger */
    struct settings_rule peers[SETTINGS_PEERS_MOST]; /* last: zero pages, mostly */
};

HIDDEN extern struct settings settings;

/* Gets each error as one line without a newline: where, what, what is allowed. */
typedef void settings_complaint(const char *line);

/* Loads all layers. False when anything was wrong: then the shim passes everything through. */
bool settings_load(settings_complaint *complain);

/* One assignment, shared by the readers of files and environment. `section` null: [default].
 * 0, or -EINVAL with *problem. */
int settings_assign(struct settings_rule *section, struct settings_place place, const char *name,
                    const char *value, struct text *problem);

/* Reads one file; a missing SOURCE_SYSTEM_FILE is no error. False when anything was wrong. */
bool settings_load_file(const char *path, enum settings_source source,
                        settings_complaint *complain);

/* "idle", "action": as it is written in a file. */
const char *setting_name(enum setting setting);

/* "auto", "redis": the word for a value of action or protocol. */
const char *setting_word(enum setting setting, uint32_t value);

#define SETTINGS_SYSTEM_FILE "/etc/unstale/preload.ini"

#endif
