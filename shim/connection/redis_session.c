/* SPDX-License-Identifier: MIT
 *
 * See redis_session.h. The commands' texts stand in `text` in the commands' order, without gaps; what
 * is dropped is overwritten.
 */
#include "connection/redis_session.h"

#include <string.h>
#include <strings.h>

enum redis_session_kind {
    KIND_UNJUDGED, /* CLIENT, until its second word is in */
    KIND_AUTH,
    KIND_HELLO,
    KIND_HELLO_WITH_OPTIONS, /* AUTH and SETNAME as part of it */
    KIND_SELECT,
    KIND_NAME,
    KIND_LIBRARY_NAME,
    KIND_LIBRARY_VERSION,
    KIND_READS, /* READONLY or READWRITE */
};

static const struct {
    const char *word;
    uint8_t kind;
} words[] = {{"AUTH", KIND_AUTH},      {"HELLO", KIND_HELLO},     {"SELECT", KIND_SELECT},
             {"READONLY", KIND_READS}, {"READWRITE", KIND_READS}, {"CLIENT", KIND_UNJUDGED}};

enum { WORDS = sizeof words / sizeof words[0], ARGUMENTS_MOST = 9 };

static size_t find_word(const char *word, size_t length)
{
    size_t at = 0;
    while (at < WORDS &&
           (strlen(words[at].word) != length || memcmp(words[at].word, word, length) != 0))
        at++;
    return at;
}

bool redis_session_knows(const char *word, size_t length)
{
    return find_word(word, length) < WORDS;
}

static size_t text_before(const struct redis_session *session, size_t index)
{
    size_t bytes = 0;
    for (size_t i = 0; i < index; i++)
        bytes += session->commands[i].bytes;
    return bytes;
}

static char *text_of(struct redis_session *session, size_t index)
{
    return session->text + text_before(session, index);
}

static void drop(struct redis_session *session, size_t index)
{
    char *text = text_of(session, index);
    size_t bytes = session->commands[index].bytes;
    size_t after = (size_t)(session->text + session->used - text) - bytes;
    memmove(text, text + bytes, after);
    session->used = (uint16_t)(session->used - bytes);
    explicit_bzero(session->text + session->used, bytes);
    memmove(session->commands + index, session->commands + index + 1,
            (session->count - index - 1) * sizeof session->commands[0]);
    session->count--;
    if (index < session->kept)
        session->kept--;
}

bool redis_session_add(struct redis_session *session, const void *bytes, size_t count)
{
    struct redis_session_command *last = &session->commands[session->count - 1];
    if (count > sizeof session->text - session->used)
        return false;
    memcpy(session->text + session->used, bytes, count);
    session->used = (uint16_t)(session->used + count);
    last->bytes = (uint16_t)(last->bytes + count);
    return true;
}

static bool add_digit(struct redis_session *session, const char *before, size_t number)
{
    char digit = (char)('0' + number);
    return redis_session_add(session, before, strlen(before)) &&
           redis_session_add(session, &digit, 1) && redis_session_add(session, "\r\n", 2);
}

bool redis_session_begin(struct redis_session *session, const char *word, size_t length,
                         uint32_t arguments, uint32_t number)
{
    size_t at = find_word(word, length);
    if (session->count == REDIS_SESSION_COMMANDS || at == WORDS || arguments > ARGUMENTS_MOST)
        return false;
    uint8_t kind = words[at].kind;
    if (kind == KIND_HELLO && arguments > 2)
        kind = KIND_HELLO_WITH_OPTIONS;
    session->commands[session->count++] = (struct redis_session_command){.number = number,
                                                                         .kind = kind};
    return add_digit(session, "*", arguments) && add_digit(session, "$", length) &&
           redis_session_add(session, word, length) && redis_session_add(session, "\r\n", 2);
}

/* True when `word` stands at `at`, in whatever case. */
static bool is_at(const char *text, size_t bytes, size_t at, const char *word)
{
    size_t length = strlen(word);
    return at < bytes && bytes - at >= length && !strncasecmp(text + at, word, length);
}

/* What a CLIENT command sets. Each of these has one form only, as the server takes it. */
static uint8_t kind_of_client(const char *text, size_t bytes)
{
    const size_t at = strlen("*3\r\n$6\r\nCLIENT\r\n");
    if (is_at(text, bytes, 0, "*3") && is_at(text, bytes, at, "$7\r\nSETNAME\r\n"))
        return KIND_NAME;
    if (is_at(text, bytes, 0, "*4") &&
        is_at(text, bytes, at, "$7\r\nSETINFO\r\n$8\r\nLIB-NAME\r\n"))
        return KIND_LIBRARY_NAME;
    if (is_at(text, bytes, 0, "*4") && is_at(text, bytes, at, "$7\r\nSETINFO\r\n$7\r\nLIB-VER\r\n"))
        return KIND_LIBRARY_VERSION;
    return KIND_UNJUDGED;
}

bool redis_session_end(struct redis_session *session)
{
    size_t index = session->count - 1U;
    struct redis_session_command *command = &session->commands[index];
    if (command->kind == KIND_UNJUDGED)
        command->kind = kind_of_client(text_of(session, index), command->bytes);
    return command->kind != KIND_UNJUDGED;
}

bool redis_session_accepts(const struct redis_session *session, size_t index,
                           enum redis_reply reply)
{
    uint8_t kind = session->commands[index].kind;
    bool is_hello = kind == KIND_HELLO || kind == KIND_HELLO_WITH_OPTIONS;
    return reply == (is_hello ? REDIS_REPLY_FIELDS : REDIS_REPLY_OK);
}

/* The kept command that the one at `index` makes meaningless; `index` when there is none. A HELLO
 * never is: it may have options that a later one lacks. An AUTH is, unless a HELLO with an AUTH of its
 * own may stand between the two. */
static size_t find_replaced(const struct redis_session *session, size_t index)
{
    uint8_t kind = session->commands[index].kind;
    if (kind == KIND_HELLO || kind == KIND_HELLO_WITH_OPTIONS)
        return index;
    for (size_t i = index; i-- > 0;) {
        if (session->commands[i].kind == kind)
            return i;
        if (kind == KIND_AUTH && session->commands[i].kind == KIND_HELLO_WITH_OPTIONS)
            break;
    }
    return index;
}

static void reverse(char *from, size_t count)
{
    for (size_t i = 0; i < count / 2; i++) {
        char byte = from[i];
        from[i] = from[count - 1 - i];
        from[count - 1 - i] = byte;
    }
}

/* Moves the command at `index` to `to`, before it. Its text is moved in place, by reversals, so that
 * it never stands anywhere else. */
static void move(struct redis_session *session, size_t index, size_t to)
{
    struct redis_session_command moved = session->commands[index];
    char *text = text_of(session, to);
    size_t before = (size_t)(text_of(session, index) - text);
    reverse(text, before);
    reverse(text + before, moved.bytes);
    reverse(text, before + moved.bytes);
    memmove(session->commands + to + 1, session->commands + to, (index - to) * sizeof moved);
    session->commands[to] = moved;
}

/* An AUTH takes the place of the one before, so that what needs a user still comes after it. */
static void keep(struct redis_session *session)
{
    size_t index = session->kept++;
    size_t replaced = find_replaced(session, index);
    if (replaced == index)
        return;
    if (session->commands[index].kind == KIND_AUTH) {
        move(session, index, replaced);
        replaced++;
    }
    drop(session, replaced);
}

bool redis_session_reply(struct redis_session *session, uint32_t number, enum redis_reply reply)
{
    size_t index = session->kept;
    if (index == session->count || session->commands[index].number != number)
        return true;
    if (redis_session_accepts(session, index, reply)) {
        keep(session);
        return true;
    }
    /* A HELLO that is refused may have logged in or renamed before (networking.c of Redis 6). */
    bool unsure = session->commands[index].kind == KIND_HELLO_WITH_OPTIONS;
    drop(session, index);
    return reply == REDIS_REPLY_ERROR && !unsure;
}
