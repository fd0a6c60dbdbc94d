/* SPDX-License-Identifier: MIT
 *
 * See ledger.h. All of the file is allotted before it is mapped: a store into a hole of a full disk
 * would end the program with SIGBUS.
 */
#include "record/ledger.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "base/sys.h"
#include "base/text.h"
#include "record/log.h"

struct ledger {
    struct ledger_head head;
    struct ledger_peer peers[LEDGER_PEERS];
};

static _Atomic(struct ledger *) ledger;
_Atomic bool ledger_begun;

/* "/var/log/unstale/curl-1234-1767225599123.ledger" */
static void describe_path(struct text *path, const char *program, const struct timespec *now)
{
    text_clear(path);
    text_add(path, settings.ledger_path);
    text_add(path, "/");
    for (; *program; program++) {
        bool plain = (*program >= 'a' && *program <= 'z') || (*program >= 'A' && *program <= 'Z') ||
                     (*program >= '0' && *program <= '9');
        text_add_bytes(path, plain || *program == '-' ? program : "_", 1);
    }
    text_add(path, "-");
    text_add_number(path, (uint64_t)sys_getpid());
    text_add(path, "-");
    text_add_number(path, (uint64_t)now->tv_sec * 1000 + (uint64_t)now->tv_nsec / 1000000);
    text_add(path, ".ledger");
}

static COLD void complain(const struct text *path, int error)
{
    struct text line;
    text_clear(&line);
    text_add(&line, path->bytes);
    text_add(&line, error == -ENOENT   ? ": cannot be made; create the folder"
                    : error == -ENOSPC ? ": cannot be made; the disk is full"
                    : error == -EACCES ? ": cannot be made; let this user write to the folder"
                                       : ": cannot be made; choose another folder for the ledger");
    log_complain(line.bytes);
}

/* Zero bytes, all of them really there. Not every file system can allot; then they are written. */
static int fill(int fd)
{
    static const char zeroes[4096];
    int result = (int)SYS_CALL(SYS_fallocate, fd, 0, 0, sizeof(struct ledger), 0, 0);
    if (result != -EOPNOTSUPP && result != -ENOSYS)
        return result;
    for (size_t left = sizeof(struct ledger); left;) {
        long count = sys_write(fd, zeroes, left < sizeof zeroes ? left : sizeof zeroes);
        if (count <= 0)
            return count < 0 ? (int)count : -EIO;
        left -= (size_t)count;
    }
    return 0;
}

/* A mapping of a new file, or a negative errno. */
static long make_file(const char *path)
{
    int fd = sys_open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return fd;
    long result = fill(fd);
    if (result == 0)
        result = SYS_CALL(SYS_mmap, 0, sizeof(struct ledger), PROT_READ | PROT_WRITE, MAP_SHARED,
                          fd, 0);
    sys_close(fd);
    if (result < 0 && result > -4096)
        (void)SYS_CALL(SYS_unlinkat, AT_FDCWD, path, 0, 0, 0, 0);
    return result;
}

static void begin(struct ledger *made, const char *program, const struct timespec *now)
{
    struct ledger_head *head = &made->head;
    head->version = LEDGER_VERSION;
    head->head_bytes = sizeof(struct ledger_head);
    head->peer_bytes = sizeof(struct ledger_peer);
    head->peers = LEDGER_PEERS;
    head->pid = (uint64_t)sys_getpid();
    head->started_s = (uint64_t)now->tv_sec;
    strncpy(head->program, program, sizeof head->program - 1);
    atomic_store(&head->used, 1); /* the slot of all others */
    memcpy(head->magic, "unstale", sizeof head->magic);
}

void ledger_begin(void)
{
    const char *program = program_invocation_short_name ? program_invocation_short_name : "";
    struct timespec now = {0};
    struct text path;
    if (atomic_load_explicit(&ledger_begun, memory_order_relaxed) ||
        atomic_exchange(&ledger_begun, true))
        return;
    (void)SYS_CALL(SYS_clock_gettime, CLOCK_REALTIME, &now, 0, 0, 0, 0);
    describe_path(&path, program, &now);
    long made = make_file(path.bytes);
    if (made < 0 && made > -4096) {
        complain(&path, (int)made);
        return;
    }
    begin((struct ledger *)made, program, &now);
    atomic_store(&ledger, (struct ledger *)made);
}

static bool is_of(const struct ledger_peer *peer, const struct address *address)
{
    return peer->port == address->port && peer->scope == address->scope &&
           !memcmp(peer->bytes, address->bytes, sizeof peer->bytes);
}

struct ledger_peer *ledger_peer_at(const struct address *address)
{
    struct ledger *now = atomic_load(&ledger);
    if (!now)
        return NULL;
    uint32_t used = atomic_load(&now->head.used);
    for (uint32_t i = 1; i < used; i++)
        if (is_of(&now->peers[i], address))
            return &now->peers[i];
    if (used >= LEDGER_PEERS)
        return &now->peers[0];
    struct ledger_peer *peer = &now->peers[used];
    memcpy(peer->bytes, address->bytes, sizeof peer->bytes);
    peer->scope = address->scope;
    peer->port = address->port;
    peer->family = address->family;
    atomic_store(&now->head.used, used + 1);
    return peer;
}

bool ledger_has_name(const struct ledger_peer *peer, uint64_t key)
{
    if (!peer || !peer->port)
        return true;
    for (size_t i = 0; i < LEDGER_NAMES; i++) {
        uint64_t there = atomic_load_explicit(&peer->name_keys[i], memory_order_relaxed);
        if (!there || there == key)
            return there == key;
    }
    return true;
}

void ledger_add_name(struct ledger_peer *peer, uint64_t key, const char *name)
{
    size_t length = strlen(name);
    if (length >= LEDGER_NAME_BYTES)
        return;
    for (size_t i = 0; i < LEDGER_NAMES; i++) {
        uint64_t there = 0;
        if (!atomic_compare_exchange_strong(&peer->name_keys[i], &there, key)) {
            if (there == key)
                return;
            continue;
        }
        memcpy(peer->names[i], name, length);
        return;
    }
}

void ledger_after_fork(void)
{
    atomic_store(&ledger, NULL);
    atomic_store(&ledger_begun, false);
}

unsigned ledger_bin(uint32_t age_ms)
{
    if (age_ms < 1)
        age_ms = 1;
    unsigned doublings = 31U - (unsigned)__builtin_clz(age_ms);
    unsigned quarter = (unsigned)(((uint64_t)age_ms << 2) >> doublings) & 3;
    unsigned bin = 4 * doublings + quarter;
    return bin < LEDGER_BINS ? bin : LEDGER_BINS - 1;
}

void ledger_age(struct ledger_peer *peer, enum ledger_ages ages, uint32_t age_ms)
{
    if (peer)
        atomic_fetch_add_explicit(&peer->ages[ages][ledger_bin(age_ms)], 1, memory_order_relaxed);
}
