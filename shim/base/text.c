/* SPDX-License-Identifier: MIT
 *
 * See text.h.
 */
#include "base/text.h"

#include <errno.h>
#include <string.h>

void text_clear(struct text *text)
{
    text->length = 0;
    text->bytes[0] = 0;
}

void text_add_bytes(struct text *text, const char *bytes, size_t count)
{
    size_t room = TEXT_ROOM - 1 - text->length;
    if (count > room)
        count = room;
    memcpy(text->bytes + text->length, bytes, count);
    text->length += count;
    text->bytes[text->length] = 0;
}

void text_add(struct text *text, const char *words)
{
    text_add_bytes(text, words, strlen(words));
}

void text_add_padded(struct text *text, uint64_t number, unsigned digits)
{
    char reversed[20];
    unsigned count = 0;
    do {
        reversed[count++] = (char)('0' + number % 10);
        number /= 10;
    } while (number);
    while (count < digits && count < sizeof reversed)
        reversed[count++] = '0';
    while (count)
        text_add_bytes(text, &reversed[--count], 1);
}

void text_add_number(struct text *text, uint64_t number)
{
    text_add_padded(text, number, 1);
}

int text_refuse(struct text *problem, const char *words, const char *why)
{
    text_add(problem, "'");
    text_add(problem, words);
    text_add(problem, "' ");
    text_add(problem, why);
    return -EINVAL;
}
