/* SPDX-License-Identifier: MIT
 *
 * See state.h.
 */
#include "peer/state.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "base/clock.h"
#include "base/settings.h"
#include "base/sys.h"
#include "peer/state_file.h"
#include "record/log.h"

enum { ASK_AGAIN_MS = 10000, SAVE_AGAIN_MS = 3600000 };

static bool usable;

static struct state_record record_of(const struct address *address)
{
    struct state_record record = {.scope = address->scope, .port = address->port};
    memcpy(record.bytes, address->bytes, sizeof record.bytes);
    return record;
}

static void refuse(const char *why)
{
    struct text line;
    text_clear(&line);
    text_add(&line, "state ");
    text_add(&line, settings.state_path);
    text_add(&line, " is ignored: it ");
    text_add(&line, why);
    log_complain(line.bytes);
}

void state_start(void)
{
    if (!settings.state_path[0])
        return;
    int fd = state_file_open(true);
    const char *fault = fd < 0 ? "cannot be opened; make its folder, for this user to write in"
                               : state_file_fault(fd);
    usable = !fault;
    if (fault)
        refuse(fault);
    if (fd >= 0)
        sys_close(fd);
}

/* The file, as good as at the start. Negative: not now. */
static int open_again(void)
{
    int fd = usable ? state_file_open(true) : -EBADF;
    if (fd >= 0 && state_file_fault(fd)) {
        sys_close(fd);
        return -EINVAL;
    }
    return fd;
}

static void note_saved(struct peer *peer, const struct evidence_summary *summary, uint64_t now_ms)
{
    atomic_store(&peer->shared.saved, (uint64_t)summary->hint_ms << 32 | summary->age_ms);
    atomic_store(&peer->shared.saved_ms, now_ms);
}

static void take_over(struct peer *peer, const struct evidence_summary *summary, uint64_t now_ms)
{
    evidence_import(&peer->evidence, summary, now_ms);
    note_saved(peer, summary, now_ms);
}

void state_load(struct peer *peer)
{
    if (!usable || !peer || evidence_timeout_ms(&peer->evidence))
        return;
    uint64_t now_ms = clock_coarse_ms();
    uint64_t asked_ms = atomic_load(&peer->shared.asked_ms);
    if ((asked_ms && now_ms - asked_ms < ASK_AGAIN_MS) ||
        !atomic_compare_exchange_strong(&peer->shared.asked_ms, &asked_ms, now_ms))
        return;
    int fd = open_again();
    if (fd < 0)
        return;
    struct state_record record = record_of(&peer->address);
    if (state_file_find(fd, &record))
        take_over(peer, &record.summary, now_ms);
    sys_close(fd);
}

/* Ages waver a little with each close; and what still holds after a while is written down again, so
 * that it does not grow old. */
static bool is_news(const struct peer *peer, const struct evidence_summary *summary,
                    uint64_t now_ms)
{
    uint64_t saved = atomic_load(&peer->shared.saved);
    uint32_t age_ms = (uint32_t)saved;
    uint32_t apart = age_ms > summary->age_ms ? age_ms - summary->age_ms : summary->age_ms - age_ms;
    bool old = saved && now_ms - atomic_load(&peer->shared.saved_ms) > SAVE_AGAIN_MS;
    return (uint32_t)(saved >> 32) != summary->hint_ms || apart > age_ms / 50 || old;
}

void state_save(struct peer *peer)
{
    struct evidence_summary summary;
    uint64_t now_ms = usable ? clock_coarse_ms() : 0;
    if (!usable || !peer || !evidence_export(&peer->evidence, &summary) ||
        !is_news(peer, &summary, now_ms))
        return;
    note_saved(peer, &summary, now_ms);
    int fd = open_again();
    if (fd < 0)
        return;
    struct state_record record = record_of(&peer->address);
    record.summary = summary;
    state_file_write(fd, &record);
    sys_close(fd);
}

const char *state_look(const struct address *address, struct evidence_summary *summary,
                       uint64_t *age_s)
{
    struct state_record record = record_of(address);
    int fd = state_file_open(false);
    if (fd < 0)
        return fd == -ENOENT ? "is not there yet" : "cannot be opened";
    const char *fault = state_file_fault(fd);
    if (!fault && !state_file_find(fd, &record))
        fault = "says nothing of it";
    sys_close(fd);
    *summary = record.summary;
    uint64_t now_s = state_file_now_s();
    *age_s = now_s > record.written_s ? now_s - record.written_s : 0;
    return fault;
}
