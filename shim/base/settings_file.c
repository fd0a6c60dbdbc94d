/* SPDX-License-Identifier: MIT
 *
 * Reads an INI file with inih, from memory and without stdio. inih ends a section's name at the
 * first ']', which an IPv6 peer contains, and does not tell its handler the line; so the reader that
 * feeds it the lines counts them, and keeps the section headers for itself.
 */
#include <errno.h>
#include <fcntl.h>
#include <ini.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>

#include "base/program.h"
#include "base/settings.h"
#include "base/sys.h"

enum { FILE_MOST_BYTES = 65536, LINE_MOST_BYTES = 190 };

struct reading {
    const char *path;
    enum settings_source source;
    struct settings_rule other; /* takes what is said for another program */
    const char *rest;           /* what of the text is still to be read */
    unsigned line;
    struct settings_rule *section; /* null in [default] */
    bool skipping;                 /* in a section that was refused */
    bool good;
    settings_complaint *complain;
};

static const char byte_order_mark[] = "\xEF\xBB\xBF";
static TABLE char file_text[FILE_MOST_BYTES + 1];

static void text_begin(struct text *text, const struct reading *reading)
{
    text_clear(text);
    text_add(text, reading->path);
    if (reading->line) {
        text_add(text, ":");
        text_add_number(text, reading->line);
    }
    text_add(text, ": ");
}

static void complain(struct reading *reading, const struct text *problem)
{
    reading->good = false;
    reading->complain(problem->bytes);
}

static void complain_of(struct reading *reading, const char *what)
{
    struct text problem;
    text_begin(&problem, reading);
    text_add(&problem, what);
    complain(reading, &problem);
}

static void open_peer(struct reading *reading, const char *pattern)
{
    struct settings_rule rule = {0};
    struct text problem;
    text_begin(&problem, reading);
    reading->skipping = true;
    if (peer_pattern_parse(pattern, &rule.pattern, &problem) != 0) {
        complain(reading, &problem);
        return;
    }
    if (settings.peer_count == SETTINGS_PEERS_MOST) {
        complain_of(reading, "too many [peer] sections; at most 256 are allowed");
        return;
    }
    reading->section = &settings.peers[settings.peer_count++];
    *reading->section = rule;
    reading->skipping = false;
}

static void open_program(struct reading *reading, const char *pattern)
{
    struct text problem;
    bool this_one;
    text_begin(&problem, reading);
    reading->skipping = true;
    if (program_read_pattern(pattern, &this_one, &problem) != 0) {
        complain(reading, &problem);
        return;
    }
    reading->section = this_one ? &settings.program : &reading->other;
    reading->skipping = false;
}

/* The word behind the section's kind, without the blanks around it. */
static const char *argument_of(char *header, size_t kind)
{
    size_t length = strlen(header);
    while (length > kind && strchr(" \t", header[length - 1]))
        header[--length] = 0;
    return header + kind + strspn(header + kind, " \t");
}

/* `header` is the line from its '[' on. */
static void open_section(struct reading *reading, char *header)
{
    char *comment = strpbrk(header, ";#");
    if (comment)
        *comment = 0;
    char *end = strrchr(header, ']');
    reading->skipping = true;
    if (!end) {
        complain_of(reading, "the section has no closing ']'");
        return;
    }
    *end = 0;
    if (!strcmp(header, "[default")) {
        reading->section = NULL;
        reading->skipping = false;
    } else if (!strncmp(header, "[peer ", 6)) {
        open_peer(reading, argument_of(header, 6));
    } else if (!strncmp(header, "[program ", 9)) {
        open_program(reading, argument_of(header, 9));
    } else {
        complain_of(reading,
                    "unknown section; write [default], [peer HOST:PORT] or [program NAME]");
    }
}

/* Hands inih the next line as fgets would. Leading blanks are dropped: to inih they would continue
 * the line before. */
static char *next_line(char *line, int room, void *stream)
{
    struct reading *reading = stream;
    if (!*reading->rest)
        return NULL;
    reading->line++;
    reading->rest += strspn(reading->rest, " \t\r\v\f");
    size_t length = strcspn(reading->rest, "\n");
    bool too_long = length >= (size_t)room - 1 || length > LINE_MOST_BYTES;
    size_t kept = too_long ? 0 : length;
    memcpy(line, reading->rest, kept);
    line[kept] = 0;
    reading->rest += length + (reading->rest[length] == '\n');
    if (too_long)
        complain_of(reading, "the line is too long; at most 190 characters are allowed");
    if (line[0] == '[') {
        open_section(reading, line);
        line[0] = 0;
    }
    return line;
}

static int assign(void *user, const char *section, const char *name, const char *value)
{
    struct reading *reading = user;
    struct text problem;
    (void)section;
    if (reading->skipping)
        return 1;
    text_begin(&problem, reading);
    struct settings_place place = {.line = (uint16_t)reading->line,
                                   .source = (uint8_t)reading->source};
    if (settings_assign(reading->section, place, name, value, &problem) != 0)
        complain(reading, &problem);
    return 1;
}

/* Reads the file into file_text. 0, or a negative errno; -EFBIG for one that is too large. */
static int read_file(const char *path)
{
    struct stat status = {0};
    int fd = sys_open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0);
    if (fd < 0)
        return fd;
    long count = SYS_CALL(SYS_fstat, fd, &status, 0, 0, 0, 0);
    if (count == 0 && !S_ISREG(status.st_mode))
        count = -EISDIR;
    else if (count == 0)
        count = sys_read(fd, file_text, FILE_MOST_BYTES);
    sys_close(fd);
    if (count < 0)
        return (int)count;
    if (file_text[count]) /* it is not written to where it is zero: one page less */
        file_text[count] = 0;
    if (strlen(file_text) != (size_t)count)
        return -EILSEQ;
    return count == FILE_MOST_BYTES ? -EFBIG : 0;
}

static const char *file_problem(int error)
{
    switch (error) {
    case -ENOENT:
        return "no such file; set UNSTALE_CONFIG to an INI file that exists";
    case -EACCES:
        return "may not be read by this user; change its mode or owner";
    case -EFBIG:
        return "is too large; at most 64 KiB are allowed";
    case -EILSEQ:
        return "has a zero byte in it; write it as plain text";
    case -EISDIR:
        return "is no regular file; set UNSTALE_CONFIG to an INI file";
    default:
        return "cannot be read; set UNSTALE_CONFIG to a readable INI file";
    }
}

bool settings_load_file(const char *path, enum settings_source source,
                        settings_complaint *complaint)
{
    struct reading reading = {
        .path = path, .source = source, .rest = file_text, .good = true, .complain = complaint};
    int error = read_file(path);
    if (error == -ENOENT && source == SOURCE_SYSTEM_FILE)
        return true;
    if (error) {
        complain_of(&reading, file_problem(error));
        return false;
    }
    if (!strncmp(file_text, byte_order_mark, 3))
        reading.rest += 3;
    int bad_line = ini_parse_stream(next_line, &reading, assign, &reading);
    if (bad_line > 0) {
        reading.line = (unsigned)bad_line;
        complain_of(&reading, "is no 'name = value' line");
    }
    return reading.good;
}
