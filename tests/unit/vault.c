/* SPDX-License-Identifier: MIT
 *
 * The vault: what the kernel says of its memory, that it is wiped, and that nobody else opens a box.
 */
#include "connection/vault.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/process.h"
#include "unit.h"

static void ignore(void)
{
}

/* The flags of the mapping that holds `address`, as /proc/self/smaps has them. */
static void read_flags(const void *address, char *flags, size_t room)
{
    FILE *file = fopen("/proc/self/smaps", "r");
    char line[256];
    bool inside = false;
    assert_non_null(file);
    *flags = 0;
    while (fgets(line, sizeof line, file)) {
        unsigned long from;
        unsigned long to;
        if (sscanf(line, "%lx-%lx ", &from, &to) == 2)
            inside = (unsigned long)address >= from && (unsigned long)address < to;
        else if (inside && !strncmp(line, "VmFlags:", 8))
            snprintf(flags, room, "%s", line);
    }
    fclose(file);
}

TEST(the_memory_is_locked_not_dumped_and_wiped_on_fork)
{
    char flags[256];
    process_start(ignore);
    uint64_t box = vault_take();
    assert_true(box);
    read_flags(vault_open(box), flags, sizeof flags);
    assert_non_null(strstr(flags, " lo")); /* locked */
    assert_non_null(strstr(flags, " dd")); /* not in core dumps */
    assert_non_null(strstr(flags, " wf")); /* wiped on fork */
    vault_give(box);
}

TEST(a_box_is_wiped_when_it_is_given_back)
{
    uint64_t box = vault_take();
    char *memory = vault_open(box);
    memset(memory, 's', VAULT_BOX_BYTES);
    vault_give(box);
    assert_null(vault_open(box));
    for (size_t i = 0; i < VAULT_BOX_BYTES; i++)
        assert_int_equal(memory[i], 0);
}

TEST(an_old_name_does_not_open_a_box_that_has_a_new_one)
{
    uint64_t old = vault_take();
    vault_give(old);
    uint64_t new = vault_take();
    assert_null(vault_open(old));
    assert_non_null(vault_open(new));
    vault_give(old);
    assert_non_null(vault_open(new));
    vault_give(new);
    vault_give(0);
    assert_null(vault_open(0));
}

TEST(there_are_as_many_as_promised)
{
    static uint64_t boxes[VAULT_BOXES_MOST];
    for (size_t i = 0; i < VAULT_BOXES_MOST; i++) {
        boxes[i] = vault_take();
        assert_true(boxes[i]);
        memset(vault_open(boxes[i]), (int)i, VAULT_BOX_BYTES);
    }
    assert_false(vault_take());
    for (size_t i = 0; i < VAULT_BOXES_MOST; i++) {
        assert_int_equal(*(unsigned char *)vault_open(boxes[i]), i & 255);
        vault_give(boxes[i]);
    }
    assert_true(boxes[0] = vault_take());
    vault_give(boxes[0]);
}

/* `check` in a fork child: its answer. */
static bool in_child(bool (*check)(uint64_t box), uint64_t box)
{
    int status;
    pid_t child = fork();
    if (!child)
        _exit(check(box) ? 0 : 1);
    assert_true(waitpid(child, &status, 0) == child);
    return status == 0;
}

static bool finds_nothing(uint64_t box)
{
    return !vault_open(box);
}

/* The child's own box stands elsewhere, and the old name does not open it. */
static bool starts_over(uint64_t box)
{
    vault_forget();
    uint64_t own = vault_take();
    return own && own != box && vault_open(own) && !vault_open(box);
}

static bool gets_none_unlocked(uint64_t box)
{
    const struct rlimit none = {0, 0};
    vault_forget();
    return box && setrlimit(RLIMIT_MEMLOCK, &none) == 0 && (geteuid() || setuid(65534) == 0) &&
           !vault_take();
}

TEST(a_fork_child_has_nothing_of_it)
{
    uint64_t box = vault_take();
    assert_true(in_child(finds_nothing, box));
    assert_true(in_child(starts_over, box));
    assert_non_null(vault_open(box));
    vault_give(box);
}

TEST(without_leave_to_lock_there_is_none)
{
    assert_true(in_child(gets_none_unlocked, 1));
}

RUN_TESTS(cmocka_unit_test(the_memory_is_locked_not_dumped_and_wiped_on_fork),
          cmocka_unit_test(a_box_is_wiped_when_it_is_given_back),
          cmocka_unit_test(an_old_name_does_not_open_a_box_that_has_a_new_one),
          cmocka_unit_test(there_are_as_many_as_promised),
          cmocka_unit_test(a_fork_child_has_nothing_of_it),
          cmocka_unit_test(without_leave_to_lock_there_is_none))
