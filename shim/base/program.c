/* SPDX-License-Identifier: MIT
 *
 * See program.h.
 */
#include "base/program.h"

#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <string.h>
#include <sys/auxv.h>

#include "base/sys.h"

enum { NAME_MOST = 256 };

static char name_of_this[NAME_MOST];

static void take_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    size_t length = strnlen(name, NAME_MOST - 1);
    memcpy(name_of_this, name, length);
    name_of_this[length] = 0;
}

void program_pretend(const char *name)
{
    take_name(name);
}

/* The kernel adds " (deleted)" to the path of a file that was replaced since. */
static void find_name(void)
{
    static const char deleted[] = " (deleted)";
    char path[PATH_MAX];
    long count = SYS_CALL(SYS_readlinkat, -100 /* AT_FDCWD */, "/proc/self/exe", path,
                          sizeof path - 1, 0, 0);
    const char *started = (const char *)getauxval(AT_EXECFN);
    if (count <= 0) {
        take_name(started ? started : "");
        return;
    }
    size_t length = (size_t)count;
    size_t mark = sizeof deleted - 1;
    if (length > mark && !memcmp(path + length - mark, deleted, mark))
        length -= mark;
    path[length] = 0;
    take_name(path);
}

const char *program_name(void)
{
    if (!name_of_this[0])
        find_name();
    return name_of_this;
}

/* '*' stands for any bytes. After a mismatch the last '*' takes one byte more. */
static bool matches(const char *pattern, size_t length, const char *name)
{
    size_t at = 0;
    size_t star = SIZE_MAX;
    const char *retry = NULL;
    while (*name) {
        if (at < length && pattern[at] == '*') {
            star = at++;
            retry = name;
        } else if (at < length && pattern[at] == *name) {
            at++;
            name++;
        } else if (retry) {
            at = star + 1;
            name = ++retry;
        } else {
            return false;
        }
    }
    while (at < length && pattern[at] == '*')
        at++;
    return at == length;
}

static int read_word(const char *word, size_t length, bool *this_one, struct text *problem)
{
    if (!length || memchr(word, '/', length))
        return text_refuse(problem, word,
                           "is no program; write the name of its file without folders, "
                           "as java or python3*");
    *this_one = matches(word, length, program_name());
    return 0;
}

int program_read_pattern(const char *pattern, bool *this_one, struct text *problem)
{
    return read_word(pattern, strlen(pattern), this_one, problem);
}

int program_read_list(const char *list, bool *elsewhere, struct text *problem)
{
    bool any = false;
    for (;;) {
        bool this_one = false;
        list += strspn(list, " \t");
        size_t whole = strcspn(list, ",");
        size_t length = whole;
        while (length && strchr(" \t", list[length - 1]))
            length--;
        int result = read_word(list, length, &this_one, problem);
        if (result)
            return result;
        any = any || this_one;
        if (!list[whole])
            break;
        list += whole + 1;
    }
    *elsewhere = !any;
    return 0;
}
