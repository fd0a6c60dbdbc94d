/* SPDX-License-Identifier: MIT
 *
 * See state_file.h.
 */
#include "peer/state_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/settings.h"
#include "base/sys.h"
#include "peer/state.h"

enum { PLACES = 8, HEAD_VERSION = 1 };

struct head {
    char magic[8];
    uint32_t version;
    uint32_t records;
    uint32_t record_bytes;
    uint8_t zero[sizeof(struct state_record) - 20];
};

_Static_assert(sizeof(struct head) == sizeof(struct state_record),
               "the head takes a record's place");

static const struct head good_head = {
    "UNSTALE", HEAD_VERSION, STATE_PEERS, sizeof(struct state_record), {0}};

static uint64_t hash_of(const void *data, size_t count)
{
    uint64_t hash = 0xcbf29ce484222325ULL;
    for (const uint8_t *byte = data; count; count--)
        hash = (hash ^ *byte++) * 0x100000001b3ULL;
    return hash ? hash : 1;
}

static uint64_t checksum_of(const struct state_record *record)
{
    return hash_of(record, offsetof(struct state_record, checksum));
}

uint64_t state_file_now_s(void)
{
    struct timespec now = {0};
    (void)SYS_CALL(SYS_clock_gettime, CLOCK_REALTIME, &now, 0, 0, 0, 0);
    return (uint64_t)now.tv_sec;
}

static bool is_same_peer(const struct state_record *a, const struct state_record *b)
{
    return !memcmp(a, b, offsetof(struct state_record, summary));
}

static bool is_good(const struct state_record *record, uint64_t at_s)
{
    return record->checksum == checksum_of(record) && record->written_s + STATE_KEPT_S > at_s &&
           record->written_s <= at_s + STATE_KEPT_S;
}

/* The file's first place for that peer. */
static long place_of(const struct state_record *record)
{
    uint64_t number = hash_of(record, offsetof(struct state_record, summary)) %
                      (STATE_PEERS - PLACES + 1);
    return (long)((number + 1) * sizeof *record);
}

int state_file_open(bool make)
{
    return sys_open(settings.state_path,
                    (make ? O_RDWR | O_CREAT : O_RDONLY) | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK |
                        O_NOCTTY,
                    0600);
}

const char *state_file_fault(int fd)
{
    struct stat status = {0};
    struct head head;
    if (SYS_CALL(SYS_fstat, fd, &status, 0, 0, 0, 0) < 0 || !S_ISREG(status.st_mode))
        return "is no regular file";
    if ((long)status.st_uid != SYS_CALL(SYS_geteuid, 0, 0, 0, 0, 0, 0))
        return "belongs to another user";
    if (status.st_mode & 077)
        return "is open to other users; it must have mode 0600";
    if (!status.st_size) {
        long count = SYS_CALL(SYS_pwrite64, fd, &good_head, sizeof good_head, 0, 0, 0);
        return count == sizeof good_head || count == -EBADF ? NULL : "cannot be written";
    }
    if (SYS_CALL(SYS_pread64, fd, &head, sizeof head, 0, 0, 0) != sizeof head ||
        memcmp(&head, &good_head, sizeof head) != 0)
        return "is no state of this version of unstale";
    return NULL;
}

static void read_places(int fd, const struct state_record *record,
                        struct state_record places[PLACES])
{
    memset(places, 0, PLACES * sizeof *places);
    (void)SYS_CALL(SYS_pread64, fd, places, PLACES * sizeof *places, place_of(record), 0, 0);
}

bool state_file_find(int fd, struct state_record *record)
{
    struct state_record places[PLACES];
    uint64_t now_s = state_file_now_s();
    read_places(fd, record, places);
    for (size_t i = 0; i < PLACES; i++)
        if (is_same_peer(&places[i], record) && is_good(&places[i], now_s)) {
            *record = places[i];
            return true;
        }
    return false;
}

/* The peer's own place, or a free one, or the one written longest ago. */
static size_t best_place(const struct state_record places[PLACES],
                         const struct state_record *record)
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

void state_file_write(int fd, struct state_record *record)
{
    struct state_record places[PLACES];
    record->written_s = state_file_now_s();
    record->checksum = checksum_of(record);
    read_places(fd, record, places);
    long offset = place_of(record) + (long)(best_place(places, record) * sizeof *record);
    (void)SYS_CALL(SYS_pwrite64, fd, record, sizeof *record, offset, 0, 0);
}
