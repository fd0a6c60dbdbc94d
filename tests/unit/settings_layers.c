/* SPDX-License-Identifier: MIT
 *
 * The layers of settings (file, then environment) and what they come to for one peer: for each
 * setting, the narrowest section that says it.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <unistd.h>

#include "peer/limit.h"
#include "unit.h"

static char path[256];
static char complaints[4096];

static void note(const char *line)
{
    strncat(complaints, line, sizeof complaints - strlen(complaints) - 2);
    strcat(complaints, "\n");
}

static int set_up(void **state __attribute__((unused)))
{
    memset(&settings, 0, sizeof settings);
    settings.defaults.said[SETTING_ACTION] = ACTION_AUTO;
    complaints[0] = 0;
    unsetenv("UNSTALE_CONFIG");
    unsetenv("UNSTALE_IDLE");
    unsetenv("UNSTALE_ACTION");
    unsetenv("UNSTALE_LOG");
    unsetenv("UNSTALE_LEDGER");
    return 0;
}

static void use_file(const char *words)
{
    const char *folder = getenv("TEST_TMP");
    snprintf(path, sizeof path, "%s/layers.%d.ini", folder ? folder : "/tmp", getpid());
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_int_equal(write(fd, words, strlen(words)), strlen(words));
    close(fd);
    setenv("UNSTALE_CONFIG", path, 1);
}

static bool load(void)
{
    bool good = settings_load(note);
    if (getenv("UNSTALE_CONFIG"))
        unlink(path);
    return good;
}

static struct peer_policy policy(const char *host, uint16_t port)
{
    struct address peer = {.bytes = {[10] = 0xff, 0xff}, .port = port, .family = AF_INET};
    assert_int_equal(inet_pton(AF_INET, host, peer.bytes + 12), 1);
    return peer_policy_for(&peer, NULL);
}

TEST(nothing_said_is_built_in)
{
    struct peer_policy built_in = policy("10.0.0.1", 80);
    assert_true(load());
    assert_int_equal(built_in.limit_ms, LIMIT_BUILT_IN_MS);
    assert_int_equal(built_in.source, LIMIT_BUILT_IN);
    assert_int_equal(built_in.action, ACTION_AUTO);
}

TEST(the_environment_wins_over_the_file)
{
    use_file("idle = 9s\naction = evict\n");
    setenv("UNSTALE_IDLE", "2s", 1);
    assert_true(load());
    assert_int_equal(policy("10.0.0.1", 80).limit_ms, 2000);
    assert_int_equal(policy("10.0.0.1", 80).source, LIMIT_EXPLICIT);
    assert_int_equal(policy("10.0.0.1", 80).action, ACTION_EVICT);
}

TEST(an_empty_variable_says_nothing)
{
    use_file("idle = 9s\n");
    setenv("UNSTALE_IDLE", "", 1);
    setenv("UNSTALE_ACTION", "", 1);
    assert_true(load());
    assert_int_equal(policy("10.0.0.1", 80).limit_ms, 9000);
}

TEST(a_peer_section_holds_whatever_the_environment_says)
{
    use_file("[peer 10.0.0.1]\nidle = 9s\n");
    setenv("UNSTALE_IDLE", "2s", 1);
    assert_true(load());
    assert_int_equal(policy("10.0.0.1", 80).limit_ms, 9000);
    assert_int_equal(policy("10.0.0.2", 80).limit_ms, 2000);
}

TEST(the_narrowest_section_wins_for_each_setting_alone)
{
    use_file("[peer 10.0.0.7]\naction = off\n[peer 10.0.0.0/8:80]\nidle = 2s\n"
             "[peer 10.0.0.0/8]\nidle = 3s\naction = evict\n[peer 0.0.0.0/0]\nidle = 4s\n"
             "[default]\nidle = 5s\n");
    assert_true(load());
    assert_int_equal(policy("10.0.0.7", 80).limit_ms, 2000);
    assert_int_equal(policy("10.0.0.7", 80).action, ACTION_OFF);
    assert_int_equal(policy("10.0.0.8", 80).limit_ms, 2000);
    assert_int_equal(policy("10.0.0.8", 80).action, ACTION_EVICT);
    assert_int_equal(policy("10.0.0.8", 81).limit_ms, 3000);
    assert_int_equal(policy("11.0.0.8", 81).limit_ms, 4000);
    assert_int_equal(policy("11.0.0.8", 81).action, ACTION_AUTO);
}

TEST(of_equal_sections_the_last_wins)
{
    use_file("[peer 10.0.0.7]\nidle = 2s\n[peer 10.0.0.7]\nidle = 3s\n[peer 10.0.0.7]\naction = off\n");
    assert_true(load());
    assert_int_equal(policy("10.0.0.7", 80).limit_ms, 3000);
    assert_int_equal(policy("10.0.0.7", 80).action, ACTION_OFF);
}

TEST(bad_variables_are_named)
{
    setenv("UNSTALE_IDLE", "3", 1);
    setenv("UNSTALE_ACTION", "kill", 1);
    assert_false(load());
    assert_string_equal(complaints,
                        "UNSTALE_IDLE: '3' has no unit; write 3s or 3ms\n"
                        "UNSTALE_ACTION: 'kill' is no action; write auto, reconnect, evict, "
                        "observe or off\n");
}

TEST(a_missing_file_is_named)
{
    setenv("UNSTALE_CONFIG", "/nonexistent/file", 1);
    strcpy(path, "/nonexistent/file");
    assert_false(load());
    assert_non_null(strstr(complaints, "/nonexistent/file: no such file"));
}

TEST(the_log_is_stderr_or_a_path)
{
    char folder[512];
    char expected[600];
    assert_non_null(getcwd(folder, sizeof folder));
    setenv("UNSTALE_LOG", "stderr", 1);
    assert_true(load());
    assert_true(settings.log_to_stderr);
    setenv("UNSTALE_LOG", "/tmp/a.log", 1);
    assert_true(load());
    assert_false(settings.log_to_stderr);
    assert_string_equal(settings.log_path, "/tmp/a.log");
    setenv("UNSTALE_LOG", "a.log", 1);
    assert_true(load());
    snprintf(expected, sizeof expected, "%s/a.log", folder);
    assert_string_equal(settings.log_path, expected);
}

TEST(a_log_path_that_is_too_long_is_refused)
{
    static char words[SETTINGS_PATH_MOST + 10];
    memset(words, 'x', sizeof words - 1);
    words[0] = '/';
    setenv("UNSTALE_LOG", words, 1);
    assert_false(load());
    assert_non_null(strstr(complaints, "UNSTALE_LOG: '/xxx"));
    assert_string_equal(settings.log_path, "");
    words[0] = 'x';
    setenv("UNSTALE_LOG", words, 1);
    assert_false(load());
}

TEST(the_ledger_is_a_folder)
{
    char folder[512];
    char expected[600];
    assert_non_null(getcwd(folder, sizeof folder));
    assert_true(load());
    assert_string_equal(settings.ledger_path, "");
    setenv("UNSTALE_LEDGER", "/tmp/ledgers", 1);
    assert_true(load());
    assert_string_equal(settings.ledger_path, "/tmp/ledgers");
    setenv("UNSTALE_LEDGER", "ledgers", 1);
    assert_true(load());
    snprintf(expected, sizeof expected, "%s/ledgers", folder);
    assert_string_equal(settings.ledger_path, expected);
}

#define LAYER(name) cmocka_unit_test_setup(name, set_up)

RUN_TESTS(LAYER(nothing_said_is_built_in), LAYER(the_environment_wins_over_the_file),
          LAYER(an_empty_variable_says_nothing),
          LAYER(a_peer_section_holds_whatever_the_environment_says),
          LAYER(the_narrowest_section_wins_for_each_setting_alone),
          LAYER(of_equal_sections_the_last_wins), LAYER(bad_variables_are_named),
          LAYER(a_missing_file_is_named), LAYER(the_log_is_stderr_or_a_path),
          LAYER(a_log_path_that_is_too_long_is_refused), LAYER(the_ledger_is_a_folder))
