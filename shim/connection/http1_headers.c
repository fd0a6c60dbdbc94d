/* SPDX-License-Identifier: MIT
 *
 * See http1_headers.h. Names and the beginnings of values are gathered in lower case; a name longer
 * than the room is remembered as too long by its count alone.
 */
#include "connection/http1_headers.h"

#include <string.h>

enum { DAY_S = 86400 };

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

/* Appends to `room` as much as fits; the count goes on to one past the room, and stays there. */
static void gather(char *room, size_t most, uint8_t *have, const char *at, size_t count)
{
    for (size_t i = 0; i < count && *have <= most; i++, (*have)++)
        if (*have < most)
            room[*have] = lower(at[i]);
}

/* Most headers are told apart by their first letter; only these are gathered at all. */
static bool may_matter(char first)
{
    return first == 'a' || first == 'k' || first == 'p' || first == 'w';
}

void http1_header_name(struct http1_stream *stream, const char *at, size_t count)
{
    if (!stream->name_bytes && count && !may_matter(lower(*at)))
        stream->name_bytes = sizeof stream->name + 1;
    else
        gather(stream->name, sizeof stream->name, &stream->name_bytes, at, count);
}

void http1_header_value(struct http1_stream *stream, const char *at, size_t count)
{
    if (stream->name_bytes <= sizeof stream->name)
        gather(stream->value, sizeof stream->value, &stream->value_bytes, at, count);
}

static bool name_is(const struct http1_stream *stream, const char *name)
{
    size_t length = strlen(name);
    return stream->name_bytes == length && !memcmp(stream->name, name, length);
}

static bool value_begins(const struct http1_stream *stream, const char *word)
{
    size_t length = strlen(word);
    return stream->value_bytes >= length && !memcmp(stream->value, word, length);
}

static bool is_authentication(const struct http1_stream *stream)
{
    return name_is(stream, "authorization") || name_is(stream, "proxy-authorization") ||
           name_is(stream, "www-authenticate") || name_is(stream, "proxy-authenticate");
}

bool http1_header_binds(const struct http1_stream *stream)
{
    return is_authentication(stream) &&
           (value_begins(stream, "ntlm") || value_begins(stream, "negotiate"));
}

static size_t gathered(const struct http1_stream *stream)
{
    return stream->value_bytes < sizeof stream->value ? stream->value_bytes : sizeof stream->value;
}

/* What follows `word` in the gathered part of the value; null: it is not there. */
static const char *after_word(const struct http1_stream *stream, const char *word)
{
    const char *at = memmem(stream->value, gathered(stream), word, strlen(word));
    bool begins_word = at && (at == stream->value || at[-1] == ' ' || at[-1] == ',');
    return begins_word ? at + strlen(word) : NULL;
}

/* The number behind `word` in a Keep-Alive header, cut at DAY_S; false: there is none. */
static bool keep_alive_says(const struct http1_stream *stream, const char *word, uint32_t *number)
{
    const char *end = stream->value + gathered(stream);
    const char *at = name_is(stream, "keep-alive") ? after_word(stream, word) : NULL;
    if (!at || at == end || *at < '0' || *at > '9')
        return false;
    for (*number = 0; at < end && *at >= '0' && *at <= '9'; at++)
        *number = *number < DAY_S ? *number * 10 + (uint32_t)(*at - '0') : DAY_S;
    if (*number > DAY_S)
        *number = DAY_S;
    return true;
}

uint32_t http1_header_hint_s(const struct http1_stream *stream, uint32_t otherwise)
{
    uint32_t seconds;
    return keep_alive_says(stream, "timeout=", &seconds) ? seconds : otherwise;
}

bool http1_header_is_last(const struct http1_stream *stream)
{
    uint32_t more;
    return keep_alive_says(stream, "max=", &more) && more == 0;
}

void http1_header_forget(struct http1_stream *stream)
{
    stream->name_bytes = 0;
    stream->value_bytes = 0;
}
