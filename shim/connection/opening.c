/* SPDX-License-Identifier: MIT
 *
 * See opening.h. What may still become a request line counts as one, because a program may write it
 * in pieces; the framing (http1.h) looks at every byte and withdraws the guess when it was wrong.
 */
#include "connection/opening.h"

#include <stdbool.h>
#include <string.h>

#include "connection/memcached.h"

static const char preface[] = "PRI * HTTP/2.0\r\n";

static bool is_prefix_of(const char *whole, const unsigned char *bytes, size_t count)
{
    size_t length = strlen(whole);
    return !memcmp(whole, bytes, count < length ? count : length);
}

/* A method is a token (RFC 9110 section 5.6.2); all methods in use are capitals and '-'. */
static size_t method_length(const unsigned char *bytes, size_t count)
{
    size_t length = 0;
    while (length < count &&
           ((bytes[length] >= 'A' && bytes[length] <= 'Z') || (length && bytes[length] == '-')))
        length++;
    return length;
}

static bool is_request_line(const unsigned char *bytes, size_t count)
{
    static const char methods[][12] = {
        "GET",         "POST",       "PUT",        "HEAD",  "DELETE",   "OPTIONS", "PATCH",
        "TRACE",       "CONNECT",    "COPY",       "LOCK",  "MKCOL",    "MOVE",    "PROPFIND",
        "SEARCH",      "PROPPATCH",  "UNLOCK",     "BIND",  "REBIND",   "UNBIND",  "ACL",
        "REPORT",      "MKACTIVITY", "CHECKOUT",   "MERGE", "M-SEARCH", "NOTIFY",  "SUBSCRIBE",
        "UNSUBSCRIBE", "PURGE",      "MKCALENDAR", "LINK",  "UNLINK",   "SOURCE"};
    size_t length = method_length(bytes, count);
    if (!length || (length < count && bytes[length] != ' '))
        return false;
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
        size_t whole = strlen(methods[i]);
        bool fits = length == count ? length <= whole : length == whole;
        if (fits && !memcmp(methods[i], bytes, length))
            return true;
    }
    return false;
}

/* As far as it has come; tls.h takes back what goes on as something else. */
static bool is_client_hello(const unsigned char *bytes, size_t count)
{
    return bytes[0] == 22 && (count < 2 || bytes[1] == 3) && (count < 3 || bytes[2] <= 4) &&
           (count < 6 || bytes[5] == 1);
}

/* "*3\r\n$3\r\nSET...": the number of elements and the name's length stand in every first write. */
static bool is_redis_command(const unsigned char *bytes, size_t count)
{
    size_t digits = 0;
    while (1 + digits < count && bytes[1 + digits] >= '0' && bytes[1 + digits] <= '9')
        digits++;
    return bytes[0] == '*' && digits && count >= digits + 4 &&
           !memcmp(bytes + 1 + digits, "\r\n$", 3);
}

/* An alert in the clear or of TLS 1.2 has its own type; one of TLS 1.3 is an application record of 19
 * bytes (2, the true type, and the tag of 16). */
static bool is_alert(const unsigned char *bytes, size_t count)
{
    return count >= 5 && bytes[1] == 3 &&
           (bytes[0] == 21 || (bytes[0] == 23 && bytes[3] == 0 && bytes[4] == 19));
}

enum opening opening_of(const unsigned char *bytes, size_t count)
{
    if (!count)
        return OPENING_UNKNOWN;
    if (is_client_hello(bytes, count))
        return OPENING_TLS;
    if (is_alert(bytes, count))
        return OPENING_TLS_END;
    if (count >= 3 && is_prefix_of(preface, bytes, count))
        return OPENING_HTTP2;
    if (is_request_line(bytes, count))
        return OPENING_HTTP1;
    if (is_redis_command(bytes, count))
        return OPENING_REDIS;
    return memcached_opens(bytes, count) ? OPENING_MEMCACHED : OPENING_UNKNOWN;
}
