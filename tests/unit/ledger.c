/* SPDX-License-Identifier: MIT
 *
 * The ledger's file: whose it is, what stands in it, and that its bounds hold.
 */
#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/settings.h"
#include "record/ledger.h"
#include "unit.h"

static char folder[200];

static int set_up(void **state __attribute__((unused)))
{
    const char *temporary = getenv("TEST_TMP");
    snprintf(folder, sizeof folder, "%s/ledger-XXXXXX", temporary ? temporary : "/tmp");
    assert_non_null(mkdtemp(folder));
    strcpy(settings.ledger_path, folder);
    ledger_after_fork();
    return 0;
}

/* The one file in the folder; none is an empty path. */
static void find_file(char path[512])
{
    DIR *listed = opendir(folder);
    path[0] = 0;
    for (struct dirent *entry = readdir(listed); entry; entry = readdir(listed))
        if (entry->d_name[0] != '.')
            snprintf(path, 512, "%s/%s", folder, entry->d_name);
    closedir(listed);
}

static int tear_down(void **state __attribute__((unused)))
{
    char path[512];
    find_file(path);
    if (path[0])
        unlink(path);
    rmdir(folder);
    return 0;
}

static struct address address(uint16_t port)
{
    return (struct address){.bytes = {[10] = 0xff, [11] = 0xff, [12] = 10, [15] = 1}, .port = port};
}

static size_t read_head(struct ledger_head *head, struct stat *status)
{
    char path[512];
    find_file(path);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    size_t read = fread(head, sizeof *head, 1, file);
    assert_int_equal(fstat(fileno(file), status), 0);
    fclose(file);
    return read;
}

TEST(the_file_is_the_owners_and_says_what_it_is)
{
    struct ledger_head head;
    struct stat status;
    ledger_open();
    assert_int_equal(read_head(&head, &status), 1);
    assert_string_equal(head.magic, "unstale");
    assert_int_equal(head.version, LEDGER_VERSION);
    assert_int_equal(head.pid, getpid());
    assert_string_equal(head.program, program_invocation_short_name);
    assert_int_equal(status.st_mode, S_IFREG | 0600);
    assert_int_equal(status.st_size,
                     head.head_bytes + (off_t)head.peers * (off_t)head.peer_bytes);
    assert_true(status.st_blocks * 512 >= status.st_size);
}

TEST(a_peer_has_one_slot_and_what_finds_no_room_shares_the_first)
{
    ledger_open();
    struct address first = address(1);
    struct ledger_peer *slot = ledger_peer_at(&first);
    assert_non_null(slot);
    for (uint16_t port = 2; port < LEDGER_PEERS; port++) {
        struct address other = address(port);
        assert_ptr_not_equal(ledger_peer_at(&other), slot);
    }
    assert_ptr_equal(ledger_peer_at(&first), slot);
    struct address more = address(LEDGER_PEERS);
    struct ledger_peer *others = ledger_peer_at(&more);
    assert_int_equal(others->port, 0);
    more = address(LEDGER_PEERS + 1);
    assert_ptr_equal(ledger_peer_at(&more), others);
}

TEST(a_peer_keeps_four_names_each_once)
{
    static const char *const names[] = {"a.example", "b.example", "c.example", "d.example"};
    char long_name[LEDGER_NAME_BYTES + 1] = {0};
    memset(long_name, 'x', LEDGER_NAME_BYTES);
    ledger_open();
    struct address one = address(1);
    struct ledger_peer *peer = ledger_peer_at(&one);
    ledger_add_name(peer, 99, long_name);
    for (uint64_t key = 1; key <= 4; key++)
        for (int again = 0; again < 2; again++) {
            assert_int_equal(ledger_has_name(peer, key), again);
            ledger_add_name(peer, key, names[key - 1]);
        }
    for (int i = 0; i < 4; i++)
        assert_string_equal(peer->names[i], names[i]);
    assert_true(ledger_has_name(peer, 5));
    ledger_add_name(peer, 5, "e.example");
    assert_string_equal(peer->names[3], names[3]);
    assert_true(ledger_has_name(NULL, 1));
}

TEST(without_a_folder_there_is_no_ledger)
{
    struct address one = address(1);
    settings.ledger_path[0] = 0;
    ledger_open();
    assert_null(ledger_peer_at(&one));
    strcpy(settings.ledger_path, "/nonexistent/folder");
    ledger_open();
    assert_null(ledger_peer_at(&one));
    ledger_count(NULL, 0);
    ledger_decision(NULL, 0, 0);
    ledger_age(NULL, LEDGER_LOST_AT, 0);
}

TEST(a_child_makes_a_file_of_its_own)
{
    struct address one = address(1);
    ledger_open();
    struct ledger_peer *mine = ledger_peer_at(&one);
    ledger_after_fork();
    assert_null(ledger_peer_at(&one));
    usleep(2000); /* the name has milliseconds */
    ledger_open();
    assert_ptr_not_equal(ledger_peer_at(&one), mine);
    char path[512];
    find_file(path);
    unlink(path);
}

TEST(bins_are_quarters_of_doublings)
{
    assert_int_equal(ledger_bin(0), 0);
    assert_int_equal(ledger_bin(1), 0);
    assert_int_equal(ledger_bin(2), 4);
    assert_int_equal(ledger_bin(4), 8);
    assert_int_equal(ledger_bin(5), 9);
    assert_int_equal(ledger_bin(4095), 47);
    assert_int_equal(ledger_bin(4096), 48);
    assert_int_equal(ledger_bin(5119), 48);
    assert_int_equal(ledger_bin(5120), 49);
    assert_int_equal(ledger_bin(UINT32_MAX), LEDGER_BINS - 1);
    for (uint32_t age_ms = 1; age_ms < 1 << 20; age_ms++)
        assert_true(ledger_bin(age_ms) <= ledger_bin(age_ms + 1));
}

#define LEDGER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

RUN_TESTS(LEDGER(the_file_is_the_owners_and_says_what_it_is),
          LEDGER(a_peer_has_one_slot_and_what_finds_no_room_shares_the_first),
          LEDGER(a_peer_keeps_four_names_each_once),
          LEDGER(without_a_folder_there_is_no_ledger), LEDGER(a_child_makes_a_file_of_its_own),
          LEDGER(bins_are_quarters_of_doublings))
