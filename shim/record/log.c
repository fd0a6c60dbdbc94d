/* SPDX-License-Identifier: MIT
 *
 * See log.h.
 */
#include "record/log.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>
#include <time.h>

#include "base/compiler.h"
#include "base/settings.h"
#include "base/sys.h"

enum { STDERR = 2 };

static dev_t stderr_device;
static ino_t stderr_inode;

static bool stderr_status(struct stat *status)
{
    return SYS_CALL(SYS_fstat, STDERR, status, 0, 0, 0, 0) == 0;
}

void log_start(void)
{
    struct stat status = {0};
    if (!stderr_status(&status))
        return;
    stderr_device = status.st_dev;
    stderr_inode = status.st_ino;
}

/* A log line must neither block the program (a full pipe) nor kill it (SIGPIPE, a pipe or a socket
 * without a reader): where it could, it is dropped. */
static bool takes_a_line(int fd)
{
    struct pollfd poll = {.fd = fd, .events = POLLOUT};
    struct timespec none = {0};
    return SYS_CALL(SYS_ppoll, &poll, 1, &none, NULL, 0, 0) == 1 && poll.revents == POLLOUT;
}

static void write_to_stderr(const struct text *line)
{
    struct stat now = {0};
    if (!stderr_status(&now) || now.st_ino != stderr_inode || now.st_dev != stderr_device ||
        !takes_a_line(STDERR))
        return;
    (void)sys_write(STDERR, line->bytes, line->length);
}

void log_complain(const char *line)
{
    struct text text;
    text_clear(&text);
    text_add(&text, "unstale: ");
    text_add(&text, line);
    text_add(&text, "\n");
    write_to_stderr(&text);
}

/* What to do about a file that cannot be opened; null: it may be otherwise a moment later. */
static const char *advice(int error)
{
    switch (error) {
    case -ENOENT:
    case -ENOTDIR:
        return "create its folder";
    case -EACCES:
    case -EPERM:
    case -EROFS:
        return "let this user write to it";
    case -ELOOP:
        return "name the file itself, not a symbolic link";
    case -EISDIR:
        return "name a file, not a folder";
    default:
        return NULL;
    }
}

/* Once in a process: who reads the log would take its silence for a quiet night. */
static COLD void complain_of_file(int error)
{
    static _Atomic bool said;
    struct text line;
    if (!advice(error) || atomic_exchange(&said, true))
        return;
    text_clear(&line);
    text_add(&line, settings.log_path);
    text_add(&line, ": cannot be written; ");
    text_add(&line, advice(error));
    log_complain(line.bytes);
}

static void write_to_file(const struct text *line)
{
    int fd = sys_open(settings.log_path,
                      O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0600);
    if (fd < 0) {
        complain_of_file(fd);
        return;
    }
    if (takes_a_line(fd))
        (void)sys_write(fd, line->bytes, line->length);
    sys_close(fd);
}

/* "2026-01-31T23:59:59.123Z": the civil calendar from days since 1970 (Howard Hinnant,
 * "chrono-compatible low-level date algorithms"), because gmtime_r may take a lock. */
static void add_time(struct text *text, const struct timespec *now)
{
    uint64_t days = (uint64_t)now->tv_sec / 86400 + 719468;
    uint64_t era = days / 146097;
    uint64_t day_of_era = days % 146097;
    uint64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    uint64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    uint64_t month = (5 * day_of_year + 2) / 153; /* from March */
    uint64_t seconds = (uint64_t)now->tv_sec % 86400;
    text_add_padded(text, year_of_era + era * 400 + (month >= 10), 4);
    text_add(text, "-");
    text_add_padded(text, month < 10 ? month + 3 : month - 9, 2);
    text_add(text, "-");
    text_add_padded(text, day_of_year - (153 * month + 2) / 5 + 1, 2);
    text_add(text, "T");
    text_add_padded(text, seconds / 3600, 2);
    text_add(text, ":");
    text_add_padded(text, seconds / 60 % 60, 2);
    text_add(text, ":");
    text_add_padded(text, seconds % 60, 2);
    text_add(text, ".");
    text_add_padded(text, (uint64_t)now->tv_nsec / 1000000, 3);
    text_add(text, "Z");
}

static bool is_wanted(void)
{
    return settings.log_to_stderr || settings.log_path[0];
}

/* "unstale: time=... pid=... peer=... name=..." */
static void begin_line(struct text *line, const struct address *peer, const char *name)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    text_clear(line);
    text_add(line, "unstale: time=");
    add_time(line, &now);
    text_add(line, " pid=");
    text_add_number(line, (uint64_t)sys_getpid());
    text_add(line, " peer=");
    address_describe(peer, line);
    if (!name)
        return;
    text_add(line, " name=");
    text_add(line, name);
}

static void end_line(struct text *line, const char *action, const char *reason)
{
    text_add(line, " action=");
    text_add(line, action);
    text_add(line, " reason=");
    text_add(line, reason);
    text_add(line, "\n");
    if (settings.log_to_stderr)
        write_to_stderr(line);
    else
        write_to_file(line);
}

void log_peer(const struct address *peer, const char *name, const char *action, const char *reason)
{
    struct text line;
    if (!is_wanted())
        return;
    begin_line(&line, peer, name);
    end_line(&line, action, reason);
}

void log_repair(const struct address *peer, const char *name, uint32_t idle_ms, const char *action,
                const char *reason)
{
    struct text line;
    if (!is_wanted())
        return;
    begin_line(&line, peer, name);
    text_add(&line, " idle=");
    text_add_number(&line, idle_ms);
    text_add(&line, "ms");
    end_line(&line, action, reason);
}
