/* SPDX-License-Identifier: MIT
 *
 * See http1_scan.h. A header is told by its first letter and the length of its name; only the two that
 * decide where a message ends are compared as a whole. A header that http1_headers.c looks at must
 * be looked at or declined here too.
 */
#include "connection/http1_scan.h"

#include <string.h>

#include "base/compiler.h"
#include "base/span.h"
#include "connection/http1_headers.h"

/* A length of more digits is the parser's to judge. */
enum { DIGITS_MOST = 15 };

/* The shortest head that is not declined at once; the span functions need as many bytes. */
enum { SHORTEST = SPAN_BYTES };

struct scan {
    const unsigned char *at;
    const unsigned char *end;
    bool has_length;
    uint64_t length;
    bool closes;
    uint32_t hint_s; /* this and the next: a response's */
    bool is_last;
};

/* One header: where its name, its colon and its line end. */
struct header {
    const unsigned char *name;
    const unsigned char *colon;
    const unsigned char *end;
};

#define LETTER(letter) (1U << ((letter)&31))
static const uint32_t letters = LETTER('a') | LETTER('c') | LETTER('k') | LETTER('p') |
                                LETTER('t') | LETTER('u') | LETTER('w');

static uint64_t eight_bytes(const unsigned char *at)
{
    uint64_t bytes;
    memcpy(&bytes, at, sizeof bytes);
    return bytes;
}

/* Eight bytes of a name, or of a value that is no control character, in lower case. */
static bool eight_are(const unsigned char *at, const char *lower)
{
    uint64_t wanted;
    memcpy(&wanted, lower, sizeof wanted);
    return (eight_bytes(at) | 0x2020202020202020U) == wanted;
}

static const unsigned char *value_of(const struct header *header)
{
    const unsigned char *value = header->colon + 1;
    while (*value == ' ') /* the line's end stops it */
        value++;
    return value;
}

static bool content_length(struct scan *scan, const struct header *header)
{
    const unsigned char *digit = value_of(header);
    size_t digits = (size_t)(header->end - digit);
    uint64_t length = 0;
    if (scan->has_length || !digits || digits > DIGITS_MOST)
        return false;
    for (; digit < header->end; digit++) {
        if (*digit < '0' || *digit > '9')
            return false;
        length = length * 10 + (unsigned)(*digit - '0');
    }
    scan->length = length;
    scan->has_length = true;
    return true;
}

static bool is_close(const unsigned char *value, size_t count)
{
    static const char close[] = "close";
    for (size_t i = 0; i < sizeof close - 1; i++)
        if (i == count || (value[i] | 0x20) != close[i])
            return false;
    return count == sizeof close - 1;
}

static bool connection(struct scan *scan, const struct header *header)
{
    const unsigned char *value = value_of(header);
    size_t count = (size_t)(header->end - value);
    if (count == 10 && eight_are(value, "keep-ali") && eight_are(value + 2, "ep-alive"))
        return true;
    scan->closes = true;
    return is_close(value, count);
}

/* Reads it as the parser's headers are read. */
static bool keep_alive(struct scan *scan, const struct header *header)
{
    const char *value = (const char *)value_of(header);
    struct http1_stream stream;
    http1_header_forget(&stream);
    http1_header_name(&stream, (const char *)header->name, (size_t)(header->colon - header->name));
    http1_header_value(&stream, value, (size_t)((const char *)header->end - value));
    scan->hint_s = http1_header_hint_s(&stream, scan->hint_s);
    scan->is_last |= http1_header_is_last(&stream);
    return true;
}

/* A header whose name begins with one of `letters`. */
static bool header_is_ordinary(struct scan *scan, const struct header *header)
{
    size_t length = (size_t)(header->colon - header->name);
    switch (*header->name | 0x20) {
    case 'c':
        if (length == 14 && eight_are(header->name, "content-") &&
            eight_are(header->name + 6, "t-length"))
            return content_length(scan, header);
        if (length == 10 && eight_are(header->name, "connecti") &&
            eight_are(header->name + 2, "nnection"))
            return connection(scan, header);
        return true;
    case 'a': /* Authorization */
        return length != 13 || (*value_of(header) | 0x20) != 'n';
    case 'k':
        return length != 10 || keep_alive(scan, header);
    case 'p': /* Proxy-Connection, Proxy-Authenticate, Proxy-Authorization */
        return length != 16 && length != 18 && length != 19;
    case 't': /* Transfer-Encoding */
        return length != 17;
    case 'u': /* Upgrade */
        return length != 7;
    case 'w': /* WWW-Authenticate */
        return length != 16;
    default:
        return true;
    }
}

static bool line_ends(const struct scan *scan, const unsigned char *at)
{
    return scan->end - at >= 2 && at[0] == '\r' && at[1] == '\n';
}

/* From behind the first line to behind the empty one. */
static bool headers_are_ordinary(struct scan *scan)
{
    while (!line_ends(scan, scan->at)) {
        struct header header = {.name = scan->at};
        header.colon = header.name + span(SPAN_NAME, header.name, scan->end);
        if (header.colon == scan->end || header.colon == header.name || *header.colon != ':')
            return false;
        header.end = header.colon + 1 + span(SPAN_TEXT, header.colon + 1, scan->end);
        if (!line_ends(scan, header.end))
            return false;
        if (letters & LETTER(*header.name) && !header_is_ordinary(scan, &header))
            return false;
        scan->at = header.end + 2;
    }
    scan->at += 2;
    return true;
}

#define BEGINS(bytes, word) (!memcmp(bytes, word, sizeof(word) - 1) ? sizeof(word) - 1 : 0)

/* The length of a method and its space, if the request is like a GET in all that counts here. */
static size_t method_bytes(const unsigned char *bytes)
{
    switch (*bytes) {
    case 'G':
        return BEGINS(bytes, "GET ");
    case 'H':
        return BEGINS(bytes, "HEAD ");
    case 'P':
        return BEGINS(bytes, "POST ") + BEGINS(bytes, "PUT ") + BEGINS(bytes, "PATCH ");
    default:
        return BEGINS(bytes, "DELETE ");
    }
}

bool http1_scan_request(const unsigned char *bytes, size_t count, struct http1_head *head)
{
    static const char version[] = " HTTP/1.1\r\n";
    const size_t version_bytes = sizeof version - 1;
    struct scan scan = {.end = bytes + count};
    if (count < SHORTEST)
        return false;
    size_t method = method_bytes(bytes);
    scan.at = bytes + method;
    if (!method || *scan.at != '/')
        return false;
    scan.at += span(SPAN_TARGET, scan.at, scan.end);
    if ((size_t)(scan.end - scan.at) < version_bytes ||
        memcmp(scan.at, version, version_bytes) != 0)
        return false;
    scan.at += version_bytes;
    if (!headers_are_ordinary(&scan))
        return false;
    *head = (struct http1_head){.head_bytes = (size_t)(scan.at - bytes),
                                .body_bytes = scan.length,
                                .is_head = *bytes == 'H',
                                .closes = scan.closes};
    return true;
}

static bool is_digit(unsigned char byte)
{
    return byte >= '0' && byte <= '9';
}

/* The status of a line "HTTP/1.1 200 ", from 200 on; 0: none such. */
static unsigned status_of(const unsigned char *bytes)
{
    if (memcmp(bytes, "HTTP/1.1", 8) != 0 || bytes[8] != ' ' || bytes[9] < '2' || bytes[9] > '9' ||
        !is_digit(bytes[10]) || !is_digit(bytes[11]) || bytes[12] != ' ')
        return 0;
    return (bytes[9] - '0') * 100U + (bytes[10] - '0') * 10U + (bytes[11] - '0');
}

bool http1_scan_response(const unsigned char *bytes, size_t count, bool to_head,
                         struct http1_head *head)
{
    struct scan scan = {.end = bytes + count};
    if (count < SHORTEST)
        return false;
    unsigned status = status_of(bytes);
    bool has_no_body = status == 204 || status == 304 || to_head;
    scan.at = bytes + 13 + span(SPAN_TEXT, bytes + 13, scan.end);
    if (!status || !line_ends(&scan, scan.at))
        return false;
    scan.at += 2;
    if (!headers_are_ordinary(&scan) || (!has_no_body && !scan.has_length))
        return false;
    *head = (struct http1_head){.head_bytes = (size_t)(scan.at - bytes),
                                .body_bytes = has_no_body ? 0 : scan.length,
                                .closes = scan.closes || scan.is_last,
                                .hint_s = scan.hint_s};
    return true;
}
