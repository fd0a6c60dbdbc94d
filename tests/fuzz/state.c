/* SPDX-License-Identifier: MIT
 *
 * Fuzzes what is made of a state file: of any bytes, and of records with a good checksum that say
 * anything.
 *
 * Besides what the sanitizers see: a file that is not ours stays as it is and nothing is taken from it;
 * what is taken is a limit that can be one; what is saved then is there for the next one.
 */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/settings.h"
#include "peer/state.h"
#include "peer/state_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { HEAD_BYTES = sizeof(struct state_record) };

static void demand(bool condition)
{
    if (!condition)
        abort();
}

static void remove_file(void)
{
    unlink(settings.state_path);
}

static int file(void)
{
    static int fd = -1;
    if (fd < 0) {
        strcpy(settings.state_path, "/tmp/unstale-fuzz-state-XXXXXX");
        fd = mkstemp(settings.state_path);
        demand(fd >= 0 && atexit(remove_file) == 0);
    }
    return fd;
}

static void write_file(const uint8_t *data, size_t size)
{
    demand(ftruncate(file(), 0) == 0 && pwrite(file(), data, size, 0) == (ssize_t)size);
}

/* As in another process: nothing is known, nothing was asked. */
static struct peer *stranger(const struct address *address)
{
    struct peer *peer = peer_hold(address);
    demand(peer != NULL);
    memset((void *)&peer->evidence, 0, sizeof peer->evidence);
    memset((void *)&peer->shared, 0, sizeof peer->shared);
    return peer;
}

static void check_limits(const struct peer *peer)
{
    struct evidence_limits limits = evidence_limits(&peer->evidence);
    uint32_t timeout_ms = evidence_timeout_ms(&peer->evidence);
    demand(timeout_ms <= CLOSES_MOST_MS && limits.any_ms <= timeout_ms);
    demand(!limits.firm_ms || limits.any_ms <= limits.firm_ms);
    demand(!timeout_ms == !limits.any_ms);
}

static void learn_and_ask(const struct address *address)
{
    struct peer *peer = stranger(address);
    evidence_note_hint(&peer->evidence, 5);
    state_save(peer);
    peer_release(peer);
    peer = stranger(address);
    state_load(peer);
    demand(evidence_timeout_ms(&peer->evidence) == 5000);
    peer_release(peer);
}

static void load(const struct address *address)
{
    struct peer *peer = stranger(address);
    state_load(peer);
    check_limits(peer);
    peer_release(peer);
}

/* Bytes as they are. */
static void use_bytes(const uint8_t *data, size_t size)
{
    struct address address = {.bytes = {[10] = 0xff, 0xff, 10}, .port = 80, .family = 2};
    uint8_t after[4096 + 1];
    write_file(data, size);
    state_start();
    load(&address);
    bool foreign = size >= 8 && memcmp(data, "UNSTALE", 8) != 0;
    if (foreign) {
        struct peer *peer = stranger(&address);
        evidence_note_hint(&peer->evidence, 5);
        state_save(peer);
        peer_release(peer);
        demand(pread(file(), after, sizeof after, 0) == (ssize_t)size);
        demand(!memcmp(after, data, size));
    }
}

/* A record that is whole and of today, with what the input makes of the rest. */
static void use_record(const uint8_t *data)
{
    struct state_record record = {0};
    memcpy(&record, data, offsetof(struct state_record, written_s));
    record.port |= 1;
    record.zero = 0;
    struct address address = {.scope = record.scope, .port = record.port, .family = 2};
    memcpy(address.bytes, record.bytes, sizeof address.bytes);
    write_file(NULL, 0);
    state_start();
    state_file_write(file(), &record);
    load(&address);
    learn_and_ask(&address);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    (void)file();
    if (size > 4096)
        return 0;
    if (size > HEAD_BYTES && data[0] % 2)
        use_record(data + 1);
    else if (size)
        use_bytes(data + 1, size - 1);
    return 0;
}
