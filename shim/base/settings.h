/* SPDX-License-Identifier: MIT
 *
 * The user's settings. Loaded once, by the constructor, before any door looks at them, and read-only
 * from then on. Layers, the last wins: built-in, /etc/unstale/preload.ini, the file in
 * UNSTALE_CONFIG, the environment. A [peer] section speaks for its peers whatever layer the
 * [default] came from.
 */
#ifndef UNSTALE_BASE_SETTINGS_H
#define UNSTALE_BASE_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/address.h"
#include "base/compiler.h"

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

struct settings_rule {
    struct address_pattern pattern; /* of a [peer ...] section */
    uint32_t idle_ms;               /* the limit; 0: not said */
    enum settings_action action;
    enum settings_protocol protocol;
};

enum { SETTINGS_PEERS_MOST = 256, SETTINGS_PATH_MOST = 1024 };

struct settings {
    struct settings_rule defaults;
    unsigned peer_count;
    bool observe; /* change nothing, whatever any rule says (unstale observe) */
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
int settings_assign(struct settings_rule *section, const char *name, const char *value,
                    struct text *problem);

/* Reads one file; `required` says that a missing one is an error. False when anything was wrong. */
bool settings_load_file(const char *path, bool required, settings_complaint *complain);

#endif
