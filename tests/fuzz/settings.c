/* SPDX-License-Identifier: MIT
 *
 * Fuzzes the reader of the settings file, which reads from a file in memory.
 *
 * Besides what the sanitizers see: a file is good or something was said of it, what was said is one
 * line, and a good one leaves only values that are allowed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/duration.h"
#include "base/settings.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned complaints;

static void demand(bool condition)
{
    if (!condition)
        abort();
}

static void note(const char *line)
{
    demand(strlen(line) < TEXT_ROOM && !strchr(line, '\n'));
    complaints++;
}

static void check_rule(const struct settings_rule *rule)
{
    demand(rule->said[SETTING_IDLE] <= DURATION_MOST_MS && rule->said[SETTING_ACTION] <= ACTION_OFF);
    demand(rule->pattern.address.bits <= 128);
}

static const char *file_of(const uint8_t *data, size_t size)
{
    static int fd = -1;
    static char path[32];
    if (fd < 0)
        fd = memfd_create("settings", 0);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    demand(ftruncate(fd, 0) == 0 && pwrite(fd, data, size, 0) == (ssize_t)size);
    return path;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    memset(&settings, 0, sizeof settings);
    complaints = 0;
    bool good = settings_load_file(file_of(data, size), SOURCE_FILE, note);
    demand(good == !complaints);
    demand(settings.peer_count <= SETTINGS_PEERS_MOST);
    check_rule(&settings.defaults);
    for (unsigned i = 0; i < settings.peer_count; i++)
        check_rule(&settings.peers[i]);
    demand(memchr(settings.log_path, 0, sizeof settings.log_path) != NULL);
    return 0;
}
