/* SPDX-License-Identifier: MIT
 *
 * The state file: what is saved of a peer is there for who knows nothing of it; torn records are
 * nobody's; a file that is not ours is left alone, whole.
 */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/settings.h"
#include "peer/state.h"
#include "unit.h"

static int new_file(void **state __attribute__((unused)))
{
    const char *folder = getenv("TEST_TMP");
    snprintf(settings.state_path, sizeof settings.state_path, "%s/state.%d",
             folder ? folder : "/tmp", getpid());
    unlink(settings.state_path);
    return 0;
}

static int remove_file(void **state __attribute__((unused)))
{
    return unlink(settings.state_path) && errno != ENOENT;
}

static struct peer *peer_of(uint32_t host, uint16_t port)
{
    struct address address = {.bytes = {[10] = 0xff, 0xff, 10, (uint8_t)(host >> 16),
                                        (uint8_t)(host >> 8), (uint8_t)host},
                              .port = port,
                              .family = 2};
    struct peer *peer = peer_hold(&address);
    assert_non_null(peer);
    return peer;
}

/* As in another process: nothing is known, nothing was asked. */
static void forget(struct peer *peer)
{
    memset((void *)&peer->evidence, 0, sizeof peer->evidence);
    memset((void *)&peer->shared, 0, sizeof peer->shared);
}

static uint32_t loaded_ms(struct peer *peer)
{
    forget(peer);
    state_load(peer);
    return evidence_timeout_ms(&peer->evidence);
}

static void learn_hint(struct peer *peer, uint32_t timeout_s)
{
    evidence_note_hint(&peer->evidence, timeout_s);
    state_save(peer);
}

static void write_at(long offset, const char *bytes, size_t count)
{
    int fd = open(settings.state_path, O_WRONLY);
    assert_int_equal(pwrite(fd, bytes, count, offset), count);
    close(fd);
}

static long size_now(void)
{
    struct stat status;
    return stat(settings.state_path, &status) ? -1 : (long)status.st_size;
}

TEST(what_was_learned_is_there_for_the_next)
{
    state_start();
    struct peer *hinted = peer_of(1, 80);
    struct peer *closing = peer_of(2, 80);
    struct peer *stranger = peer_of(3, 80);
    learn_hint(hinted, 5);
    for (int i = 1; i <= 3; i++)
        evidence_note_close(&closing->evidence, CLOSE_EXACT, 2000, (uint64_t)i * 10000);
    state_save(closing);
    state_save(stranger);
    assert_int_equal(loaded_ms(hinted), 5000);
    assert_int_equal(loaded_ms(closing), 2000);
    assert_int_equal(evidence_limits(&closing->evidence).firm_ms,
                     evidence_limits(&closing->evidence).any_ms);
    assert_int_equal(loaded_ms(stranger), 0);
    assert_int_equal(loaded_ms(peer_of(1, 81)), 0);
    struct stat status;
    assert_int_equal(stat(settings.state_path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
}

TEST(what_a_process_knows_itself_it_keeps)
{
    state_start();
    struct peer *peer = peer_of(10, 80);
    learn_hint(peer, 5);
    forget(peer);
    evidence_note_hint(&peer->evidence, 7);
    state_load(peer);
    assert_int_equal(evidence_timeout_ms(&peer->evidence), 7000);
    state_save(peer);
    assert_int_equal(loaded_ms(peer), 7000);
}

TEST(what_is_unlearned_is_unlearned_for_all)
{
    state_start();
    struct peer *peer = peer_of(11, 80);
    learn_hint(peer, 5);
    for (int i = 0; i < 100; i++)
        evidence_note_hint(&peer->evidence, 0);
    state_save(peer);
    assert_int_equal(loaded_ms(peer), 0);
}

TEST(a_torn_record_is_nobodys)
{
    state_start();
    struct peer *peer = peer_of(20, 80);
    learn_hint(peer, 5);
    long size = size_now();
    for (long offset = size - 48; offset < size; offset++) {
        char byte;
        int fd = open(settings.state_path, O_RDWR);
        assert_int_equal(pread(fd, &byte, 1, offset), 1);
        byte ^= 0x10;
        write_at(offset, &byte, 1);
        assert_int_equal(loaded_ms(peer), 0);
        byte ^= 0x10;
        write_at(offset, &byte, 1);
        close(fd);
    }
    assert_int_equal(loaded_ms(peer), 5000);
    /* All of its checksum, which is never 0: the last byte alone may well be. */
    assert_int_equal(truncate(settings.state_path, size - 8), 0);
    assert_int_equal(loaded_ms(peer), 0);
    forget(peer);
    learn_hint(peer, 6);
    assert_int_equal(loaded_ms(peer), 6000);
}

TEST(it_may_be_emptied_or_removed_at_any_time)
{
    state_start();
    struct peer *peer = peer_of(30, 80);
    learn_hint(peer, 5);
    assert_int_equal(truncate(settings.state_path, 0), 0);
    assert_int_equal(loaded_ms(peer), 0);
    learn_hint(peer, 6);
    assert_int_equal(loaded_ms(peer), 6000);
    assert_int_equal(unlink(settings.state_path), 0);
    assert_int_equal(loaded_ms(peer), 0);
    learn_hint(peer, 7);
    assert_int_equal(loaded_ms(peer), 7000);
}

TEST(many_peers_stay_within_the_file)
{
    state_start();
    for (uint32_t host = 0; host < 3000; host++) {
        struct peer *peer = peer_of(0x100000 + host, 80);
        learn_hint(peer, 5);
        peer_release(peer);
    }
    struct peer *last = peer_of(0x100000 + 2999, 80);
    assert_int_equal(loaded_ms(last), 5000);
    assert_true(size_now() <= (STATE_PEERS + 1) * 48);
    unsigned kept = 0;
    for (uint32_t host = 0; host < 3000; host++) {
        struct peer *peer = peer_of(0x100000 + host, 80);
        kept += loaded_ms(peer) == 5000;
        peer_release(peer);
    }
    assert_in_range(kept, STATE_PEERS / 2, STATE_PEERS);
}

/* The file stays as it is, and nothing is taken from it. */
static void is_left_alone(void)
{
    struct peer *peer = peer_of(40, 80);
    long size = size_now();
    state_start();
    learn_hint(peer, 5);
    assert_int_equal(loaded_ms(peer), 0);
    assert_int_equal(size_now(), size);
}

TEST(what_is_not_ours_is_left_alone)
{
    int fd = open(settings.state_path, O_WRONLY | O_CREAT, 0600);
    assert_int_equal(write(fd, "[default]\n", 10), 10);
    is_left_alone();
    assert_int_equal(ftruncate(fd, 0), 0);
    assert_int_equal(fchmod(fd, 0644), 0);
    is_left_alone();
    assert_int_equal(fchmod(fd, 0600), 0);
    if (geteuid() == 0) {
        assert_int_equal(fchown(fd, 65534, 65534), 0);
        is_left_alone();
    }
    close(fd);
    unlink(settings.state_path);
    assert_int_equal(symlink("/dev/null", settings.state_path), 0);
    is_left_alone();
    unlink(settings.state_path);
    assert_int_equal(mkfifo(settings.state_path, 0600), 0);
    is_left_alone();
    unlink(settings.state_path);
    strcat(settings.state_path, "/in/no/folder");
    is_left_alone();
}

#define WITH_FILE(test) cmocka_unit_test_setup_teardown(test, new_file, remove_file)

RUN_TESTS(WITH_FILE(what_was_learned_is_there_for_the_next),
          WITH_FILE(what_a_process_knows_itself_it_keeps),
          WITH_FILE(what_is_unlearned_is_unlearned_for_all), WITH_FILE(a_torn_record_is_nobodys),
          WITH_FILE(it_may_be_emptied_or_removed_at_any_time),
          WITH_FILE(many_peers_stay_within_the_file),
          cmocka_unit_test_setup(what_is_not_ours_is_left_alone, new_file))
