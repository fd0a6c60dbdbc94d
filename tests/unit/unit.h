/* SPDX-License-Identifier: MIT
 *
 * What every unit test includes: cmocka, which wants these headers first, and its two usual words.
 */
#ifndef UNSTALE_TESTS_UNIT_H
#define UNSTALE_TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT_OF_TESTS(array) (sizeof(array) / sizeof((array)[0]))

/* A test's function: cmocka hands it a state that these tests do not use. */
#define TEST(name) static void name(void **state __attribute__((unused)))

#define RUN_TESTS(...)                                                                             \
    int main(void)                                                                                 \
    {                                                                                              \
        const struct CMUnitTest tests[] = {__VA_ARGS__};                                           \
        return cmocka_run_group_tests(tests, NULL, NULL);                                          \
    }

#endif
