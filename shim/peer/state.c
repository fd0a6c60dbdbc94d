/* SPDX-License-Identifier: MIT
 *
 * See state.h. The file is a table of STATE_PEERS records behind a head of the same size; a peer
 * stands in one of the eight places from its hash on.
 */
#include "peer/state.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/clock.h"
#include "base/settings.h"
#include "base/sys.h"
#include "record/log.h"

enum { PLACES = 8, ASK_AGAIN_MS = 10000, SAVE_AGAIN_MS = 3600000, HEAD_VERSION = 1 };

struct record {
    uint8_t bytes[16];
    uint32_t scope;
    uint16_t port;
    uint16_t zero;
    struct evidence_summary summary;
    uint64_t written_s; /* CLOCK_REALTIME */
    uint64_t checksum;  /* of all before it; never 0 */
};

struct head {
    char magic[8];
    uint32_t version;
    uint32_t records;
    uint32_t record_bytes;
    uint8_t zero[sizeof(struct record) - 20];
};

_Static_assert(sizeof(struct head) == sizeof(struct record), "the head takes a record's place");

static const struct head good_head = {
    "UNSTALE", HEAD_VERSION, STATE_PEERS, sizeof(struct record), {0}};
static bool usable;

static uint64_t hash_of(const void *data, size_t count)
{
    uint64_t hash = 0xcbf29ce484222325ULL;
    for (const uint8_t *byte = data; count; count--)
        hash = (hash ^ *byte++) * 0x100000001b3ULL;
    return hash ? hash : 1;
}

static uint64_t checksum_of(const struct record *record)
{
    return hash_of(record, offsetof(struct record, checksum));
}

static uint64_t now_s(void)
{
    struct timespec now = {0};
    (void)SYS_CALL(SYS_clock_gettime, CLOCK_REALTIME, &now, 0, 0, 0, 0);
    return (uint64_t)now.tv_sec;
}

static struct record record_of(const struct peer *peer)
{
    struct record record = {.scope = peer->address.scope, .port = peer->address.port};
    memcpy(record.bytes, peer->address.bytes, sizeof record.bytes);
    return record;
}

static bool is_same_peer(const struct record *a, const struct record *b)
{
    return !memcmp(a, b, offsetof(struct record, summary));
}

static bool is_good(const struct record *record, uint64_t at_s)
{
    return record->checksum == checksum_of(record) && record->written_s + STATE_KEPT_S > at_s &&
           record->written_s <= at_s + STATE_KEPT_S;
}

/* The file's first place for that peer. */
static long place_of(const struct record *record)
{
    uint64_t number = hash_of(record, offsetof(struct record, summary)) %
                      (STATE_PEERS - PLACES + 1);
    return (long)((number + 1) * sizeof *record);
}

static int open_file(void)
{
    return sys_open(settings.state_path,
                    O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0600);
}

/* What is wrong with the file; null: nothing. A new one gets its head. */
static const char *fault_of(int fd)
{
    struct stat status = {0};
    struct head head;
    if (SYS_CALL(SYS_fstat, fd, &status, 0, 0, 0, 0) < 0 || !S_ISREG(status.st_mode))
        return "is no regular file";
    if ((long)status.st_uid != SYS_CALL(SYS_geteuid, 0, 0, 0, 0, 0, 0))
        return "belongs to another user";
    if (status.st_mode & 077)
        return "is open to other users; it must have mode 0600";
    if (!status.st_size)
        return SYS_CALL(SYS_pwrite64, fd, &good_head, sizeof good_head, 0, 0, 0) == sizeof good_head
                   ? NULL
                   : "cannot be written";
    if (SYS_CALL(SYS_pread64, fd, &head, sizeof head, 0, 0, 0) != sizeof head ||
        memcmp(&head, &good_head, sizeof head) != 0)
        return "is no state of this version of unstale";
    return NULL;
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
    int fd = open_file();
    const char *fault = fd < 0 ? "cannot be opened; make its folder, for this user to write in"
                               : fault_of(fd);
    usable = !fault;
    if (fault)
        refuse(fault);
    if (fd >= 0)
        sys_close(fd);
}

/* The file, as good as at the start. Negative: not now. */
static int open_again(void)
{
    int fd = usable ? open_file() : -EBADF;
    if (fd >= 0 && fault_of(fd)) {
        sys_close(fd);
        return -EINVAL;
    }
    return fd;
}

static void read_places(int fd, const struct record *record, struct record places[PLACES])
{
    memset(places, 0, PLACES * sizeof *places);
    (void)SYS_CALL(SYS_pread64, fd, places, PLACES * sizeof *places, place_of(record), 0, 0);
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
    struct record places[PLACES];
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
    struct record record = record_of(peer);
    read_places(fd, &record, places);
    sys_close(fd);
    for (size_t i = 0; i < PLACES; i++)
        if (is_same_peer(&places[i], &record) && is_good(&places[i], now_s()))
            take_over(peer, &places[i].summary, now_ms);
}

/* The peer's own place, or a free one, or the one written longest ago. */
static size_t best_place(const struct record places[PLACES], const struct record *record)
{
    size_t best = 0;
    uint64_t best_s = UINT64_MAX;
    for (size_t i = 0; i < PLACES; i++) {
        if (is_same_peer(&places[i], record))
            return i;
        uint64_t written_s = is_good(&places[i], record->written_s) ? places[i].written_s : 0;
        if (written_s < best_s) {
            best_s = written_s;
            best = i;
        }
    }
    return best;
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

static void write_record(int fd, struct record *record)
{
    struct record places[PLACES];
    record->written_s = now_s();
    record->checksum = checksum_of(record);
    read_places(fd, record, places);
    long offset = place_of(record) + (long)(best_place(places, record) * sizeof *record);
    (void)SYS_CALL(SYS_pwrite64, fd, record, sizeof *record, offset, 0, 0);
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
    struct record record = record_of(peer);
    record.summary = summary;
    write_record(fd, &record);
    sys_close(fd);
}
