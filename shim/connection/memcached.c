/* SPDX-License-Identifier: MIT
 *
 * See memcached.h.
 */
#include "connection/memcached.h"

#include <string.h>

enum { OUTSTANDING_MOST = 64, BLOCK_MOST = 1 << 30 };

/* What a command looks like on its line: where the length of a data block stands, and its reply. */
static const struct command {
    char name[12];     /* no pointer, which each program that starts would relocate */
    int length_field;  /* the field, from 0, that counts the block's bytes; 0: no block */
    bool reply_to_end; /* lines and blocks until END */
} commands[] = {
    {"get", 0, true},        {"gets", 0, true},     {"gat", 0, true},    {"gats", 0, true},
    {"stats", 0, true},      {"set", 4, false},     {"add", 4, false},   {"replace", 4, false},
    {"append", 4, false},    {"prepend", 4, false}, {"cas", 4, false},   {"delete", 0, false},
    {"incr", 0, false},      {"decr", 0, false},    {"touch", 0, false}, {"version", 0, false},
    {"flush_all", 0, false},
};

void memcached_reset(struct memcached *memcached)
{
    memset(memcached, 0, sizeof *memcached);
}

static const struct command *find_command(const char *line)
{
    size_t length = strcspn(line, " ");
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        if (commands[i].name[0] == *line && strlen(commands[i].name) == length &&
            !memcmp(commands[i].name, line, length))
            return &commands[i];
    return NULL;
}

/* The number in field `field` of the line; -1 when there is none. */
static long field_number(const char *line, int field)
{
    for (; field; field--) {
        line += strcspn(line, " ");
        line += strspn(line, " ");
    }
    long number = 0;
    const char *digit = line;
    for (; *digit >= '0' && *digit <= '9' && number < BLOCK_MOST; digit++)
        number = number * 10 + (*digit - '0');
    return digit == line || (*digit && *digit != ' ') ? -1 : number;
}

static bool has_noreply(const char *line)
{
    size_t length = strlen(line);
    return length > 8 && !strcmp(line + length - 8, " noreply");
}

/* A block of `length` bytes follows the line, with a line end of its own. */
static void expect_block(struct memcached *memcached, struct memcached_stream *stream, long length)
{
    if (length < 0 || length >= BLOCK_MOST)
        memcached->opaque = true;
    else
        stream->skip = (uint64_t)length + 2;
}

static void command_line(struct memcached *memcached, const char *line)
{
    const struct command *command = find_command(line);
    if (!command || memcached->outstanding == OUTSTANDING_MOST) {
        memcached->opaque = true;
        return;
    }
    if (command->length_field)
        expect_block(memcached, &memcached->out, field_number(line, command->length_field));
    if (!command->reply_to_end && has_noreply(line)) /* to a get it is a key */
        return;
    if (command->reply_to_end)
        memcached->until_end |= 1ULL << memcached->outstanding;
    memcached->outstanding++;
}

static void reply_ends(struct memcached *memcached)
{
    memcached->outstanding--;
    memcached->until_end >>= 1;
}

/* An error ends any reply. After a CLIENT_ERROR or SERVER_ERROR it is not certain what the server has
 * made of the data block, so the connection is followed no longer. */
static void reply_line(struct memcached *memcached, const char *line)
{
    bool in_values = memcached->until_end & 1;
    if (!memcached->outstanding || !strncmp(line, "CLIENT_ERROR", 12) ||
        !strncmp(line, "SERVER_ERROR", 12) || !strcmp(line, "ERROR"))
        memcached->opaque = true;
    else if (!in_values || !strcmp(line, "END"))
        reply_ends(memcached);
    else if (!strncmp(line, "VALUE ", 6))
        expect_block(memcached, &memcached->in, field_number(line, 3));
    else if (strncmp(line, "STAT ", 5) != 0)
        memcached->opaque = true;
}

/* The room holds a line with one key of 250 bytes, the longest; a get of many keys may be longer,
 * and is followed no more. */
static void keep(struct memcached *memcached, struct memcached_stream *stream,
                 const unsigned char *bytes, size_t count)
{
    if (count >= (size_t)MEMCACHED_LINE_MOST - stream->line_bytes || memchr(bytes, 0, count)) {
        memcached->opaque = true;
        return;
    }
    memcpy(stream->line + stream->line_bytes, bytes, count);
    stream->line_bytes = (uint16_t)(stream->line_bytes + count);
}

static void line_ends(struct memcached_stream *stream)
{
    if (stream->line_bytes && stream->line[stream->line_bytes - 1] == '\r')
        stream->line_bytes--;
    stream->line[stream->line_bytes] = 0;
    stream->line_bytes = 0;
}

/* With ASCII authentication the first command is a set of "user password", and what it leaves behind is
 * the connection's (doc/protocol.txt, "Authentication"). */
static void judge_block(struct memcached *memcached, const struct memcached_stream *stream,
                        const unsigned char *bytes, size_t count)
{
    if (memcached->first && stream == &memcached->out && memchr(bytes, ' ', count))
        memcached->opaque = true;
}

static void walk(struct memcached *memcached, struct memcached_stream *stream,
                 const unsigned char *bytes, size_t count,
                 void (*line)(struct memcached *, const char *))
{
    for (size_t at = 0; at < count && !memcached->opaque;) {
        if (stream->skip) {
            size_t taken = count - at < stream->skip ? count - at : (size_t)stream->skip;
            judge_block(memcached, stream, bytes + at, taken);
            stream->skip -= taken;
            at += taken;
            continue;
        }
        const unsigned char *line_end = memchr(bytes + at, '\n', count - at);
        size_t taken = line_end ? (size_t)(line_end - bytes) - at : count - at;
        keep(memcached, stream, bytes + at, taken);
        at += taken + 1;
        if (line_end && !memcached->opaque) {
            line_ends(stream);
            line(memcached, stream->line);
        }
    }
}

static enum framing state_of(const struct memcached *memcached)
{
    if (memcached->opaque)
        return FRAMING_OPAQUE;
    if (memcached->out.skip || memcached->out.line_bytes)
        return FRAMING_OPEN;
    bool reply_open = memcached->in.skip || memcached->in.line_bytes;
    return memcached->outstanding || reply_open ? FRAMING_AWAIT : FRAMING_BETWEEN;
}

enum framing memcached_sent(struct memcached *memcached, const unsigned char *bytes, size_t count)
{
    walk(memcached, &memcached->out, bytes, count, command_line);
    return state_of(memcached);
}

enum framing memcached_received(struct memcached *memcached, const unsigned char *bytes,
                                size_t count)
{
    walk(memcached, &memcached->in, bytes, count, reply_line);
    return state_of(memcached);
}

/* The first block that goes out is looked at. */
uint64_t memcached_left(const struct memcached *memcached, bool inbound)
{
    if (inbound)
        return memcached->in.skip;
    return memcached->first ? 0 : memcached->out.skip;
}

void memcached_skip(struct memcached *memcached, bool inbound, uint64_t count)
{
    struct memcached_stream *stream = inbound ? &memcached->in : &memcached->out;
    stream->skip -= count;
}

bool memcached_opens(const unsigned char *bytes, size_t count)
{
    char line[16];
    size_t length = count < sizeof line - 1 ? count : sizeof line - 1;
    memcpy(line, bytes, length);
    line[length] = 0;
    line[strcspn(line, "\r\n")] = 0;
    return memchr(bytes, '\n', count) && find_command(line);
}
