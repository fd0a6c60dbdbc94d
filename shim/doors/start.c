/* SPDX-License-Identifier: MIT
 *
 * The constructor. It allocates nothing and opens nothing but the settings files. The destructor only
 * looks, and tears nothing down: threads and exit handlers still go through the doors when the process
 * ends.
 */
#include "doors/start.h"

#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>

#include "base/clock.h"
#include "base/direct.h"
#include "base/next.h"
#include "base/process.h"
#include "base/program.h"
#include "base/settings.h"
#include "base/sys.h"
#include "connection/deadlines.h"
#include "connection/descriptors.h"
#include "connection/options.h"
#include "connection/vault.h"
#include "doors/explain.h"
#include "peer/peer.h"
#include "peer/state.h"
#include "record/log.h"
#include "repair/reconnect.h"

bool shim_active;

static bool is_set(const char *variable)
{
    const char *value = getenv(variable);
    return value && *value && strcmp(value, "0") != 0;
}

/* A privileged program must not take orders from its caller's environment, and PID 1 must not be
 * risked at all. */
static bool may_act(void)
{
    return !getauxval(AT_SECURE) && sys_getpid() != 1 && !is_set("UNSTALE_DISABLE");
}

static bool wants_anything(void)
{
    return !settings.defaults.elsewhere &&
           (settings.defaults.said[SETTING_ACTION] != ACTION_OFF || settings.peer_count != 0);
}

/* What a thread that the child does not have may have left half done is put in order. */
static void in_fork_child(void)
{
    deadlines_forget();
    descriptor_orphan_all();
    reconnect_forget();
    peer_after_fork();
    vault_forget();
    names_after_fork();
}

static bool wants_keepalive(void)
{
    bool wanted = settings.defaults.said[SETTING_KEEPALIVE];
    for (unsigned i = 0; i < settings.peer_count; i++)
        wanted = wanted || settings.peers[i].said[SETTING_KEEPALIVE];
    return wanted;
}

__attribute__((constructor)) static void start(void)
{
    bool resolved = next_resolve();
    if (!may_act())
        return;
    log_start();
    if (!resolved) {
        log_complain("libdl is not loaded, so nothing is done; add libdl.so.2 to LD_PRELOAD");
        return;
    }
    if (is_set("UNSTALE_EXPLAIN") && is_set("UNSTALE_PROGRAM"))
        program_pretend(getenv("UNSTALE_PROGRAM"));
    if (!settings_load(log_complain) || is_set("UNSTALE_CHECK"))
        return;
    if (is_set("UNSTALE_EXPLAIN")) {
        explain_peer(getenv("UNSTALE_EXPLAIN"));
        return;
    }
    process_start(in_fork_child);
    clock_start();
    direct_start();
    shim_active = wants_anything();
    if (shim_active)
        state_start();
    if (shim_active && wants_keepalive())
        options_learn();
}

/* Connections that were never closed would go unseen. Nobody is asked where nobody wants to know. */
__attribute__((destructor)) static void end(void)
{
    if (shim_active && (settings.ledger_path[0] || settings.state_path[0]) && process_is_owner())
        descriptor_look_back();
}
