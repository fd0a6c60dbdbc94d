/* SPDX-License-Identifier: MIT
 *
 * A line of text built in a fixed buffer: what stdio would do, without stdio (no malloc, no lock,
 * async-signal-safe). What does not fit is cut; the text is always ended by a zero byte.
 */
#ifndef UNSTALE_BASE_TEXT_H
#define UNSTALE_BASE_TEXT_H

#include <stddef.h>
#include <stdint.h>

enum { TEXT_ROOM = 512 };

struct text {
    size_t length;
    char bytes[TEXT_ROOM];
};

void text_clear(struct text *text);
void text_add(struct text *text, const char *words);
void text_add_bytes(struct text *text, const char *bytes, size_t count);
void text_add_number(struct text *text, uint64_t number);

/* As text_add_number, filled up with zeroes on the left to `digits` (at most 20). */
void text_add_padded(struct text *text, uint64_t number, unsigned digits);

/* Says "'WORDS' WHY" and returns -EINVAL: the refusal of a setting. */
int text_refuse(struct text *problem, const char *words, const char *why);

#endif
