/* SPDX-License-Identifier: MIT
 *
 * Which name leads to which address: what counts as a name, how many are kept, which of several
 * counts for a connection, and which of several rules holds.
 */
#include <arpa/inet.h>
#include <pthread.h>

#include "connection/connection.h"
#include "peer/limit.h"
#include "unit.h"

static struct address at(const char *host, uint16_t port)
{
    struct address address = {.bytes = {[10] = 0xff, 0xff}, .port = port, .family = AF_INET};
    if (inet_pton(AF_INET6, host, address.bytes) != 1)
        assert_int_equal(inet_pton(AF_INET, host, address.bytes + 12), 1);
    return address;
}

static void resolve(const char *name, const char *host)
{
    struct address address = at(host, 0);
    names_note(name, &address);
}

static void *resolve_there(void *data)
{
    const char **pair = data;
    resolve(pair[0], pair[1]);
    return NULL;
}

/* In another thread, as Node and curl do it. */
static void resolve_elsewhere(const char *name, const char *host)
{
    const char *pair[] = {name, host};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, resolve_there, pair), 0);
    pthread_join(thread, NULL);
}

static const char *name_now(const char *host, uint16_t port)
{
    static struct resolved_name found;
    struct address address = at(host, port);
    name_reference reference;
    peer_policy_now(&address, &reference);
    return names_recall(reference, &found) ? found.words : NULL;
}

static struct peer_policy policy_now(const char *host, uint16_t port)
{
    struct address address = at(host, port);
    name_reference reference;
    return peer_policy_now(&address, &reference);
}

static void use_rule(const char *pattern, uint32_t idle_ms, enum settings_action action)
{
    struct settings_rule *rule = &settings.peers[settings.peer_count++];
    struct text problem;
    text_clear(&problem);
    memset(rule, 0, sizeof *rule);
    if (peer_pattern_parse(pattern, &rule->pattern, &problem) != 0)
        fail_msg("%s", problem.bytes);
    rule->said[SETTING_IDLE] = idle_ms;
    rule->said[SETTING_ACTION] = action;
}

static int no_rules(void **state __attribute__((unused)))
{
    memset(&settings, 0, sizeof settings);
    settings.defaults.said[SETTING_ACTION] = ACTION_AUTO;
    return 0;
}

TEST(a_name_is_remembered_as_it_was_asked_for_but_for_its_case)
{
    assert_null(name_now("10.1.0.1", 80));
    resolve("API.Internal.", "10.1.0.1");
    assert_string_equal(name_now("10.1.0.1", 80), "api.internal");
    assert_string_equal(name_now("10.1.0.1", 443), "api.internal");
    resolve("six", "fd00::1");
    assert_string_equal(name_now("fd00::1", 80), "six");
    assert_null(name_now("10.1.0.2", 80));
}

TEST(numbers_are_no_names)
{
    static char long_name[300];
    memset(long_name, 'a', sizeof long_name - 1);
    static const char *const wrong[] = {"10.1.1.1", "::1", "", ".", "127.1", "a b", "0x7f.1", "a..b",
                                        "fe80::1%lo", long_name};
    for (size_t i = 0; i < COUNT_OF_TESTS(wrong); i++) {
        resolve(wrong[i], "10.1.1.1");
        assert_null(name_now("10.1.1.1", 80));
    }
    long_name[HOST_NAME_MOST_BYTES] = 0;
    resolve(long_name, "10.1.1.1");
    assert_string_equal(name_now("10.1.1.1", 80), long_name);
}

TEST(the_latest_of_this_thread_counts)
{
    use_rule("a.corp", 1000, ACTION_UNSAID);
    use_rule("b.corp", 2000, ACTION_UNSAID);
    resolve("a.corp", "10.1.2.1");
    assert_int_equal(policy_now("10.1.2.1", 80).limit_ms, 1000);
    resolve("b.corp", "10.1.2.1");
    assert_int_equal(policy_now("10.1.2.1", 80).limit_ms, 2000);
    resolve_elsewhere("c.corp", "10.1.2.1");
    assert_int_equal(policy_now("10.1.2.1", 80).limit_ms, 2000);
    resolve("a.corp", "10.1.2.1");
    assert_int_equal(policy_now("10.1.2.1", 80).limit_ms, 1000);
}

TEST(of_other_threads_names_the_most_careful_counts)
{
    use_rule("x.corp", 1000, ACTION_UNSAID);
    use_rule("y.corp", 2000, ACTION_UNSAID);
    use_rule("watched.corp", 500, ACTION_OBSERVE);
    use_rule("never.corp", 9000, ACTION_OFF);
    resolve_elsewhere("y.corp", "10.1.3.1");
    assert_int_equal(policy_now("10.1.3.1", 80).limit_ms, 2000);
    resolve_elsewhere("x.corp", "10.1.3.1");
    assert_int_equal(policy_now("10.1.3.1", 80).limit_ms, 1000);
    resolve_elsewhere("y.corp", "10.1.3.1");
    resolve_elsewhere("unruled.corp", "10.1.3.1");
    assert_int_equal(policy_now("10.1.3.1", 80).limit_ms, 1000);
    resolve_elsewhere("watched.corp", "10.1.3.1");
    assert_int_equal(policy_now("10.1.3.1", 80).action, ACTION_OBSERVE);
    resolve_elsewhere("never.corp", "10.1.3.1");
    resolve_elsewhere("x.corp", "10.1.3.1");
    assert_int_equal(policy_now("10.1.3.1", 80).action, ACTION_OFF);
    assert_string_equal(name_now("10.1.3.1", 80), "never.corp");
}

static void call(const char *name, const char *host)
{
    struct address address = at(host, 443);
    names_note_called(name, strlen(name), &address);
}

TEST(an_address_that_was_not_resolved_goes_by_what_it_is_called)
{
    use_rule("called.corp", 1000, ACTION_UNSAID);
    use_rule("careful.corp", 500, ACTION_UNSAID);
    call("10.1.8.1", "10.1.8.1");
    assert_null(name_now("10.1.8.1", 443));
    call("Called.corp", "10.1.8.1");
    assert_string_equal(name_now("10.1.8.1", 443), "called.corp");
    call("careful.corp", "10.1.8.1");
    call("called.corp", "10.1.8.1");
    assert_int_equal(policy_now("10.1.8.1", 443).limit_ms, 500);
    resolve("called.corp", "10.1.8.2");
    call("careful.corp", "10.1.8.2");
    assert_string_equal(name_now("10.1.8.2", 443), "called.corp");
}

TEST(a_called_name_that_is_too_long_is_none)
{
    char text[HOST_NAME_MOST_BYTES + 2];
    memset(text, 'a', sizeof text);
    for (size_t i = 60; i < sizeof text; i += 60)
        text[i] = '.';
    struct address address = at("10.1.8.3", 443);
    names_note_called(text, sizeof text, &address);
    assert_null(name_now("10.1.8.3", 443));
}

TEST(the_narrowest_rule_holds)
{
    use_rule("10.0.0.0/8", 1000, ACTION_UNSAID);
    use_rule("10.0.0.0/8:80", 2000, ACTION_UNSAID);
    use_rule("*.corp", 3000, ACTION_UNSAID);
    use_rule("*.eu.corp", 4000, ACTION_UNSAID);
    use_rule("*.eu.corp:443", 5000, ACTION_UNSAID);
    use_rule("10.1.4.1", 6000, ACTION_UNSAID);
    use_rule("10.1.4.1:25", 6500, ACTION_UNSAID);
    use_rule("api.eu.corp", 7000, ACTION_UNSAID);
    use_rule("api.eu.corp:81", 8000, ACTION_UNSAID);
    assert_int_equal(policy_now("10.1.4.2", 8080).limit_ms, 1000);
    assert_int_equal(policy_now("10.1.4.2", 80).limit_ms, 2000);
    resolve("db.corp", "10.1.4.2");
    assert_int_equal(policy_now("10.1.4.2", 80).limit_ms, 3000);
    resolve("db.eu.corp", "10.1.4.2");
    assert_int_equal(policy_now("10.1.4.2", 80).limit_ms, 4000);
    assert_int_equal(policy_now("10.1.4.2", 443).limit_ms, 5000);
    resolve("db.eu.corp", "10.1.4.1");
    assert_int_equal(policy_now("10.1.4.1", 443).limit_ms, 6000);
    assert_int_equal(policy_now("10.1.4.1", 25).limit_ms, 6500);
    resolve("api.EU.corp", "10.1.4.1");
    assert_int_equal(policy_now("10.1.4.1", 25).limit_ms, 7000);
    assert_int_equal(policy_now("10.1.4.1", 81).limit_ms, 8000);
    resolve("corp", "10.1.4.3");
    assert_int_equal(policy_now("10.1.4.3", 80).limit_ms, 2000);
    resolve("evil-corp", "10.1.4.4");
    assert_int_equal(policy_now("10.1.4.4", 80).limit_ms, 2000);
}

TEST(rules_for_other_programs_are_stepped_over)
{
    use_rule("api.corp", 1000, ACTION_UNSAID);
    settings.peers[0].elsewhere = true;
    resolve("api.corp", "10.1.5.1");
    assert_int_equal(policy_now("10.1.5.1", 80).source, LIMIT_BUILT_IN);
}

TEST(of_many_names_the_oldest_is_forgotten)
{
    char name[16];
    struct resolved_name found;
    struct address address = at("10.1.6.1", 0);
    for (int i = 0; i <= NAMES_OF_ADDRESS_MOST; i++) {
        snprintf(name, sizeof name, "n%d", i);
        resolve(name, "10.1.6.1");
    }
    unsigned kept = 0;
    bool first = false;
    for (unsigned i = 0; i < NAMES_OF_ADDRESS_MOST; i++)
        if (names_read(&address, i, &found)) {
            kept++;
            first = first || !strcmp(found.words, "n0");
        }
    assert_int_equal(kept, NAMES_OF_ADDRESS_MOST);
    assert_false(first);
    for (uint32_t i = 0; i < 100000; i++) { /* far more than there is room for */
        struct address other = at("10.2.0.0", 0);
        other.bytes[13] = (uint8_t)(i >> 16);
        other.bytes[14] = (uint8_t)(i >> 8);
        other.bytes[15] = (uint8_t)i;
        names_note("many.corp", &other);
    }
    assert_null(name_now("10.1.6.1", 80));
}

enum { THREADS = 4, ROUNDS = 20000 };

/* A name that is read is always a whole one, for this address. */
static void *resolve_and_read(void *data)
{
    static const char *const words[] = {"short", "a-name-that-is-much-longer.than.the-other.corp"};
    struct address address = at("10.1.7.1", 0);
    struct resolved_name found;
    for (unsigned i = 0; i < ROUNDS; i++) {
        address.bytes[15] = (uint8_t)(i % 16);
        names_note(words[address.bytes[15] % 2], &address);
        for (unsigned way = 0; way < NAMES_OF_ADDRESS_MOST; way++)
            if (names_read(&address, way, &found) &&
                strcmp(found.words, words[address.bytes[15] % 2]) != 0)
                return data;
    }
    return NULL;
}

TEST(threads_may_meet_in_it)
{
    pthread_t threads[THREADS];
    for (uintptr_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, resolve_and_read, (void *)(i + 1)), 0);
    for (int i = 0; i < THREADS; i++) {
        void *result = NULL;
        pthread_join(threads[i], &result);
        assert_null(result);
    }
}

#define UNRULED(test) cmocka_unit_test_setup(test, no_rules)

/* A connection to the first address, by the name that counts now. */
static struct connection *connects(void)
{
    struct address address = at("10.9.9.9", 80);
    name_reference reference;
    struct peer_policy policy = peer_policy_now(&address, &reference);
    struct connection *connection = connection_new(-1, &address, &policy, reference);
    assert_non_null(connection);
    return connection;
}

static void goes_by(const struct connection *connection, const char *name)
{
    struct resolved_name found;
    assert_true(names_recall(connection_name(connection), &found));
    assert_string_equal(found.words, name);
}

TEST(each_connection_goes_by_its_own_name)
{
    struct connection *unnamed = connects();
    resolve("a.example", "10.9.9.9");
    struct connection *first = connects();
    resolve("b.example", "10.9.9.9");
    struct connection *second = connects();
    assert_ptr_equal(first->peer, second->peer);
    goes_by(first, "a.example");
    goes_by(second, "b.example");
    assert_int_equal(connection_name(unnamed), 0);
    connection_release(unnamed);
    connection_release(first);
    connection_release(second);
}

RUN_TESTS(UNRULED(a_name_is_remembered_as_it_was_asked_for_but_for_its_case),
          UNRULED(numbers_are_no_names), UNRULED(the_latest_of_this_thread_counts),
          UNRULED(of_other_threads_names_the_most_careful_counts),
          UNRULED(an_address_that_was_not_resolved_goes_by_what_it_is_called),
          UNRULED(a_called_name_that_is_too_long_is_none), UNRULED(the_narrowest_rule_holds),
          UNRULED(rules_for_other_programs_are_stepped_over),
          UNRULED(of_many_names_the_oldest_is_forgotten), UNRULED(threads_may_meet_in_it),
          UNRULED(each_connection_goes_by_its_own_name))
