/* SPDX-License-Identifier: MIT
 *
 * The settings file: what is taken from it, and one exact line for every mistake.
 */
#include <fcntl.h>
#include <unistd.h>

#include "base/program.h"
#include "base/settings.h"
#include "unit.h"

static char path[256];
static char complaints[8192];

static void note(const char *line)
{
    strncat(complaints, line, sizeof complaints - strlen(complaints) - 2);
    strcat(complaints, "\n");
}

static bool load_bytes(const char *bytes, size_t count)
{
    const char *folder = getenv("TEST_TMP");
    snprintf(path, sizeof path, "%s/preload.%d.ini", folder ? folder : "/tmp", getpid());
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_int_equal(write(fd, bytes, count), count);
    close(fd);
    memset(&settings, 0, sizeof settings);
    settings.defaults.said[SETTING_ACTION] = ACTION_AUTO;
    complaints[0] = 0;
    bool good = settings_load_file(path, SOURCE_FILE, note);
    unlink(path);
    return good;
}

static bool load(const char *words)
{
    return load_bytes(words, strlen(words));
}

/* `words` must give the one complaint "PATH:LINE: REST"; `line` 0: no line. */
static void refused(const char *words, unsigned line, const char *rest)
{
    char expected[1024];
    assert_false(load(words));
    if (line)
        snprintf(expected, sizeof expected, "%s:%u: %s\n", path, line, rest);
    else
        snprintf(expected, sizeof expected, "%s: %s\n", path, rest);
    assert_string_equal(complaints, expected);
}

static void taken(const char *words)
{
    bool good = load(words);
    assert_string_equal(complaints, "");
    assert_true(good);
}

TEST(an_example_is_taken_whole)
{
    taken("; a comment\n# another\n\n[default]\nidle = 3s\naction=evict\n\n"
          "[peer 10.0.0.0/8:443]\nidle = 55s\n[peer [fd00::]/8:8080]\n  idle = 2m\n"
          "[peer ::1]\naction = off\nprotocol = redis\n");
    assert_int_equal(settings.defaults.said[SETTING_IDLE], 3000);
    assert_int_equal(settings.defaults.said[SETTING_ACTION], ACTION_EVICT);
    assert_int_equal(settings.peer_count, 3);
    assert_int_equal(settings.peers[0].said[SETTING_IDLE], 55000);
    assert_int_equal(settings.peers[0].pattern.address.port, 443);
    assert_int_equal(settings.peers[0].said[SETTING_ACTION], ACTION_UNSAID);
    assert_int_equal(settings.peers[1].said[SETTING_IDLE], 120000);
    assert_int_equal(settings.peers[1].pattern.address.bits, 8);
    assert_int_equal(settings.peers[2].said[SETTING_ACTION], ACTION_OFF);
    assert_int_equal(settings.peers[2].said[SETTING_PROTOCOL], RULE_REDIS);
}

TEST(lines_may_end_as_on_windows_or_not_at_all)
{
    taken("[default]\r\nidle = 3s\r\n\r\n[peer 10.0.0.1]\r\naction = off\r\nidle = 4s");
    assert_int_equal(settings.defaults.said[SETTING_IDLE], 3000);
    assert_int_equal(settings.peers[0].said[SETTING_ACTION], ACTION_OFF);
    assert_int_equal(settings.peers[0].said[SETTING_IDLE], 4000);
}

/* A byte order mark must not push a peer's settings into [default]. */
TEST(a_byte_order_mark_is_stepped_over)
{
    taken("\xEF\xBB\xBF[peer 10.0.0.1]\nidle = 9s\n");
    assert_int_equal(settings.defaults.said[SETTING_IDLE], 0);
    assert_int_equal(settings.peers[0].said[SETTING_IDLE], 9000);
    taken("\xEF\xBB\xBFidle = 9s\n");
    assert_int_equal(settings.defaults.said[SETTING_IDLE], 9000);
}

TEST(a_section_may_be_preceded_by_any_blank)
{
    static const char *const blanks[] = {" ", "\t", "\r", "\v", "\f", " \t "};
    for (size_t i = 0; i < COUNT_OF_TESTS(blanks); i++) {
        char words[128];
        snprintf(words, sizeof words, "%s[peer 10.0.0.1]\n%sidle = 9s\n", blanks[i], blanks[i]);
        taken(words);
        assert_int_equal(settings.defaults.said[SETTING_IDLE], 0);
        assert_int_equal(settings.peers[0].said[SETTING_IDLE], 9000);
    }
}

TEST(comments_stand_anywhere)
{
    taken("[default] ; the rest, see [1]\nidle = 3s ; three\n[peer ::1] # loopback [2]\nidle = 4s\n");
    assert_int_equal(settings.defaults.said[SETTING_IDLE], 3000);
    assert_int_equal(settings.peers[0].said[SETTING_IDLE], 4000);
}

TEST(the_last_of_two_assignments_wins)
{
    taken("idle = 1s\nidle = 2s\n[peer ::1]\nidle = 3s\n[default]\nidle = 4s\n[peer ::1]\nidle = 5s\n");
    assert_int_equal(settings.defaults.said[SETTING_IDLE], 4000);
    assert_int_equal(settings.peer_count, 2);
    assert_int_equal(settings.peers[1].said[SETTING_IDLE], 5000);
}

TEST(an_empty_file_is_no_mistake)
{
    taken("");
    taken("\n\n");
    taken("[default]\n");
}

TEST(values_are_refused_with_their_line)
{
    refused("[default]\n\nidle = 3\n", 3, "'3' has no unit; write 3s or 3ms");
    refused("idle =\n", 1, "'' is no duration; write a number and a unit: 500ms, 3s, 2m, 1h");
    refused("action = kill\n", 1,
            "'kill' is no action; write auto, reconnect, evict, observe or off");
    refused("action = Auto\n", 1,
            "'Auto' is no action; write auto, reconnect, evict, observe or off");
    refused("log =\n", 1, "'' is no log; write stderr or a path");
    refused("ledger =\n", 1, "'' is no folder; write one that exists");
}

TEST(sections_are_refused_with_their_line)
{
    const char *unknown = "unknown section; write [default], [peer HOST:PORT] or [program NAME]";
    refused("\n[defaults]\nidle = bad\n", 2, unknown);
    refused("[peer]\n", 1, unknown);
    refused("[Default]\n", 1, unknown);
    refused("[]\n", 1, unknown);
    refused("[default\n", 1, "the section has no closing ']'");
    refused("[peer host/example]\nidle = bad\n", 1,
            "'host/example' is no peer; write a name or ADDRESS[/BITS], and :PORT if need be, as "
            "api.internal:443, *.corp, 10.0.0.0/8:8080 or [::1]:80");
    refused("[program ]\n", 1,
            "'' is no program; write the name of its file without folders, as java or python3*");
    refused("[program /bin/cat]\nidle = 3s\n", 1,
            "'/bin/cat' is no program; write the name of its file without folders, as java or "
            "python3*");
    refused("[peer 10.0.0.1/8]\n", 1,
            "'10.0.0.1/8' has bits set behind its /BITS; clear them or lengthen /BITS");
}

TEST(lines_are_refused_with_their_number)
{
    char words[512] = "[default]\nidle = 3s\n";
    refused("[default]\nidle\n", 2, "is no 'name = value' line");
    memset(words + strlen(words), 'x', 300);
    refused(words, 3, "the line is too long; at most 190 characters are allowed");
    words[20 + 190] = '\n';
    words[20 + 191] = 0;
    memcpy(words + 20, "idle = 4s ;", 11);
    taken(words);
    assert_int_equal(settings.defaults.said[SETTING_IDLE], 4000);
}

TEST(every_mistake_is_told)
{
    assert_false(load("idle = 3\nidle = 4x\n[peer 7]\nidle = 5\n[default]\nidle = 6\nidle = 7s\n"));
    unsigned lines = 0;
    for (const char *at = complaints; (at = strchr(at, '\n')); at++)
        lines++;
    assert_int_equal(lines, 4);
    assert_int_equal(settings.defaults.said[SETTING_IDLE], 7000);
}

TEST(times_of_the_kernel_are_refused_where_it_would)
{
    taken("keepalive = 45s\nuser_timeout = 20s\nmax_lifetime = 1h\n");
    assert_int_equal(settings.defaults.said[SETTING_MAX_LIFETIME], 3600000);
    assert_int_equal(settings.defaults.said[SETTING_KEEPALIVE], 45000);
    assert_int_equal(settings.defaults.said[SETTING_USER_TIMEOUT], 20000);
    const char *words = "is no keepalive time; write whole seconds, 1s to 32767s";
    char expected[128];
    snprintf(expected, sizeof expected, "'1500ms' %s", words);
    refused("keepalive = 1500ms\n", 1, expected);
    snprintf(expected, sizeof expected, "'10h' %s", words);
    refused("keepalive = 10h\n", 1, expected);
    refused("user_timeout = 20\n", 1, "'20' has no unit; write 20s or 20ms");
}

TEST(sections_may_be_for_some_programs)
{
    program_pretend("/usr/bin/curl");
    taken("[program java]\nidle = 1s\n[program cur*]\nidle = 2s\naction = evict\n"
          "[program curl ]\nidle = 3s\n[peer 10.0.0.1]\nprograms = java, wget\nidle = 4s\n"
          "[peer 10.0.0.2]\nprograms = java ,*rl\nidle = 5s\n");
    assert_int_equal(settings.program.said[SETTING_IDLE], 3000);
    assert_int_equal(settings.program.said[SETTING_ACTION], ACTION_EVICT);
    assert_int_equal(settings.program.places[SETTING_IDLE].line, 7);
    assert_int_equal(settings.defaults.said[SETTING_IDLE], 0);
    assert_true(settings.peers[0].elsewhere);
    assert_false(settings.peers[1].elsewhere);
    assert_false(settings.defaults.elsewhere);
    taken("programs = java, wget*\n");
    assert_true(settings.defaults.elsewhere);
    taken("programs = java, c*\n");
    assert_false(settings.defaults.elsewhere);
    refused("[program java]\nidle = 3\n", 2, "'3' has no unit; write 3s or 3ms");
    refused("programs = java,\n", 1,
            "'' is no program; write the name of its file without folders, as java or python3*");
    assert_false(load("[program curl]\nlog = stderr\n"));
    assert_non_null(strstr(complaints, "'log' is no setting of a program"));
    assert_false(load("[program curl]\nprograms = java\n"));
    assert_non_null(strstr(complaints, "'programs' is no setting of a program"));
}

TEST(program_names_are_matched_whole)
{
    static const struct {
        const char *pattern;
        const char *name;
        bool same;
    } cases[] = {
        {"java", "java", true},      {"java", "javac", false},   {"java", "jav", false},
        {"*", "java", true},         {"j*a", "java", true},      {"j*v", "java", false},
        {"*a*a", "java", true},      {"*ja*va*", "java", true},  {"python3*", "python3", true},
        {"python3*", "python", false}, {"*.bin", "a.bin.bin", true}, {"a*b*c", "aXbYbZc", true},
        {"a*b*c", "aXbYbZ", false},  {"Java", "java", false},
    };
    for (size_t i = 0; i < COUNT_OF_TESTS(cases); i++) {
        struct text problem;
        bool same = !cases[i].same;
        text_clear(&problem);
        program_pretend(cases[i].name);
        assert_int_equal(program_read_pattern(cases[i].pattern, &same, &problem), 0);
        if (same != cases[i].same)
            fail_msg("%s against %s", cases[i].pattern, cases[i].name);
    }
}

TEST(unknown_keys_are_refused)
{
    assert_false(load("colour = blue\n"));
    assert_non_null(strstr(complaints, ":1: 'colour' is no setting; the settings are idle, action"));
    assert_false(load("[peer ::1]\nlog = stderr\n"));
    assert_non_null(strstr(complaints, ":2: 'log' is no setting of a peer"));
    assert_false(load("Idle = 3s\n"));
    assert_non_null(strstr(complaints, "'Idle' is no setting"));
}

TEST(a_file_that_is_no_text_is_refused)
{
    static char large[70000];
    assert_false(load_bytes("[default]\nidle = 3s\n\0[peer ::1]\n", 31));
    assert_non_null(strstr(complaints, "zero byte"));
    memset(large, '\n', sizeof large);
    assert_false(load_bytes(large, sizeof large));
    assert_non_null(strstr(complaints, "is too large; at most 64 KiB are allowed"));
    assert_false(load_bytes("\xff\xfe[\0d\0]\0", 8));
}

TEST(too_many_peers_are_refused)
{
    static char words[16384];
    for (int i = 0; i <= SETTINGS_PEERS_MOST; i++)
        snprintf(words + strlen(words), sizeof words - strlen(words), "[peer 10.0.%d.%d]\n", i / 256,
                 i % 256);
    assert_false(load(words));
    assert_non_null(strstr(complaints, ":257: too many [peer] sections; at most 256 are allowed"));
    assert_int_equal(settings.peer_count, SETTINGS_PEERS_MOST);
}

TEST(files_that_cannot_be_read_are_named)
{
    complaints[0] = 0;
    assert_false(settings_load_file("/nonexistent/preload.ini", SOURCE_FILE, note));
    assert_string_equal(complaints, "/nonexistent/preload.ini: no such file; set UNSTALE_CONFIG to "
                                    "an INI file that exists\n");
    complaints[0] = 0;
    assert_true(settings_load_file("/nonexistent/preload.ini", SOURCE_SYSTEM_FILE, note));
    assert_string_equal(complaints, "");
    assert_false(settings_load_file("/", SOURCE_FILE, note));
    assert_non_null(strstr(complaints, "is no regular file"));
    complaints[0] = 0;
    assert_false(settings_load_file("/dev/zero", SOURCE_FILE, note));
    assert_non_null(strstr(complaints, "is no regular file"));
}

RUN_TESTS(cmocka_unit_test(an_example_is_taken_whole),
          cmocka_unit_test(lines_may_end_as_on_windows_or_not_at_all),
          cmocka_unit_test(a_byte_order_mark_is_stepped_over),
          cmocka_unit_test(a_section_may_be_preceded_by_any_blank),
          cmocka_unit_test(comments_stand_anywhere),
          cmocka_unit_test(the_last_of_two_assignments_wins),
          cmocka_unit_test(an_empty_file_is_no_mistake),
          cmocka_unit_test(values_are_refused_with_their_line),
          cmocka_unit_test(sections_are_refused_with_their_line),
          cmocka_unit_test(lines_are_refused_with_their_number),
          cmocka_unit_test(times_of_the_kernel_are_refused_where_it_would),
          cmocka_unit_test(sections_may_be_for_some_programs),
          cmocka_unit_test(program_names_are_matched_whole),
          cmocka_unit_test(every_mistake_is_told), cmocka_unit_test(unknown_keys_are_refused),
          cmocka_unit_test(a_file_that_is_no_text_is_refused),
          cmocka_unit_test(too_many_peers_are_refused),
          cmocka_unit_test(files_that_cannot_be_read_are_named))
