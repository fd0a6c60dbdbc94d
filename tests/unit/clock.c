/* SPDX-License-Identifier: MIT
 *
 * The coarse clock is the vDSO's own function where there is one, and reads what libc's reads.
 */
#include "unit.h"

#include <sys/auxv.h>

#include "base/clock.h"

/* The mapping that an address lies in has this name. */
static bool is_mapped_as(uintptr_t address, const char *name)
{
    char line[512];
    bool found = false;
    FILE *maps = fopen("/proc/self/maps", "re");
    assert_non_null(maps);
    while (fgets(line, sizeof line, maps)) {
        unsigned long from, to;
        assert_int_equal(sscanf(line, "%lx-%lx", &from, &to), 2);
        if (address >= from && address < to)
            found = strstr(line, name) != NULL;
    }
    fclose(maps);
    return found;
}

TEST(it_is_the_vdsos)
{
    assert_ptr_equal(clock_function, clock_gettime);
    clock_start();
    if (!getauxval(AT_SYSINFO_EHDR)) /* the kernel was started with vdso=0; valgrind */
        skip();
    assert_true(is_mapped_as((uintptr_t)clock_function, "[vdso]"));
}

static void read_libcs(struct timespec *now)
{
    assert_int_equal(clock_gettime(CLOCK_MONOTONIC_COARSE, now), 0);
}

TEST(it_reads_what_libcs_reads)
{
    for (int i = 0; i < 100000; i++) {
        struct timespec before, between, after;
        read_libcs(&before);
        clock_read_coarse(&between);
        read_libcs(&after);
        assert_in_range(clock_ms(&between), clock_ms(&before), clock_ms(&after));
    }
}

TEST(the_exact_one_is_not_behind)
{
    uint64_t coarse_ms = clock_coarse_ms();
    uint64_t exact_ns = clock_exact_ns();
    assert_true(exact_ns / 1000000 >= coarse_ms);
    assert_true(clock_exact_ns() > exact_ns);
}

RUN_TESTS(cmocka_unit_test(it_is_the_vdsos), cmocka_unit_test(it_reads_what_libcs_reads),
          cmocka_unit_test(the_exact_one_is_not_behind))
