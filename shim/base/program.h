/* SPDX-License-Identifier: MIT
 *
 * Which program this is, by the name of its file, and the settings that are for some programs only.
 * For the constructor; not thread-safe.
 */
#ifndef UNSTALE_BASE_PROGRAM_H
#define UNSTALE_BASE_PROGRAM_H

#include <stdbool.h>

#include "base/text.h"

/* "python3.11": what /proc/self/exe leads to, without its folders; where that cannot be read, what
 * the kernel was asked to start (AT_EXECFN). */
const char *program_name(void);

/* From now on the answers are for a program of that name. */
void program_pretend(const char *name);

/* Reads "java" or "python3*": *this_one says whether this program is meant. 0, or -EINVAL with
 * *problem. */
int program_read_pattern(const char *pattern, bool *this_one, struct text *problem);

/* Reads "java, python3*": *elsewhere says that this program is none of them. */
int program_read_list(const char *list, bool *elsewhere, struct text *problem);

#endif
