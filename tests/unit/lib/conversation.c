/* SPDX-License-Identifier: MIT
 *
 * See conversation.h.
 */
#include "lib/conversation.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* One message in the making. */
struct maker {
    uint64_t *seed;
    struct half *stream;
    bool sloppy;
};

uint32_t random_below(uint64_t *seed, uint32_t below)
{
    *seed += 0x9e3779b97f4a7c15U; /* splitmix64 */
    uint64_t mixed = (*seed ^ *seed >> 30) * 0xbf58476d1ce4e5b9U;
    mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111ebU;
    return (uint32_t)((mixed ^ mixed >> 31) % below);
}

static bool chance(struct maker *maker, uint32_t one_in)
{
    return random_below(maker->seed, one_in) == 0;
}

#define PICK(maker, ...)                                                                           \
    ((const char *const[]){__VA_ARGS__}[random_below(                                              \
        (maker)->seed, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))])

static void add(struct maker *maker, const char *format, ...)
{
    struct half *stream = maker->stream;
    va_list arguments;
    va_start(arguments, format);
    stream->count += (size_t)vsnprintf((char *)stream->bytes + stream->count,
                                       STREAM_MOST - stream->count, format, arguments);
    va_end(arguments);
}

/* Bytes that may look like anything, most of all like HTTP. */
static void add_content(struct maker *maker, size_t count)
{
    static const char lure[] = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nGET / HTTP/1.1\r\n\r\n0\r\n\r\n";
    size_t from = random_below(maker->seed, sizeof lure);
    for (size_t i = 0; i < count; i++) {
        char byte = lure[(from + i) % (sizeof lure - 1)];
        if (chance(maker, 8))
            byte = (char)random_below(maker->seed, 256);
        maker->stream->bytes[maker->stream->count++] = (unsigned char)byte;
    }
}

static const char *line_end(struct maker *maker)
{
    return maker->sloppy && chance(maker, 12) ? "\n" : "\r\n";
}

static void add_header(struct maker *maker, const char *name, const char *value)
{
    char cased[64];
    snprintf(cased, sizeof cased, "%s", name);
    for (char *at = cased; *at; at++)
        if (chance(maker, 6) && ((*at | 32) >= 'a' && (*at | 32) <= 'z'))
            *at ^= 32;
    add(maker, "%s:%s%s%s%s", cased, PICK(maker, " ", " ", "", "\t", "  "), value,
        PICK(maker, "", "", "", " ", "  "), line_end(maker));
}

static void add_noise(struct maker *maker)
{
    while (chance(maker, 2))
        add_header(maker,
                   PICK(maker, "Host", "Accept", "Cookie", "X-Authorization", "Server", "Date", "Via",
                        "Keep-Alive", "Content-Type", "A-Header-Whose-Name-Is-Longer-Than-Any-Room"),
                   PICK(maker, "", "a", "NTLM", "timeout=5, max=100", "close", "a=b; c=\"d, e\"",
                        "chunked", "100-continue", "Negotiate", "x:y:z", "\xe4\xf6\xfc"));
    if (chance(maker, 12))
        add(maker, "X-Folded: a%s b%s", line_end(maker), line_end(maker));
}

/* A chunked body as the wire has it, after the header's end. */
static void add_chunks(struct maker *maker)
{
    while (!chance(maker, 3)) {
        size_t count = 1 + random_below(maker->seed, 40);
        add(maker, chance(maker, 2) ? "%zx" : "%zX", count);
        if (chance(maker, 4))
            add(maker, PICK(maker, ";a", ";a=b", ";a=\"b c\""));
        add(maker, "\r\n");
        add_content(maker, count);
        add(maker, "\r\n");
    }
    add(maker, "%s\r\n", PICK(maker, "0", "0", "000"));
    while (chance(maker, 4))
        add(maker, "X-Trailer: value\r\n");
    add(maker, "\r\n");
}

/* The headers of the body, the end of the header, and the body. `none`: the message has no body,
 * whatever the headers say. Returns where the header ends. */
static size_t add_body(struct maker *maker, bool none, bool wanted)
{
    uint32_t kind = wanted ? 1 + random_below(maker->seed, 2) : random_below(maker->seed, 3);
    size_t count = random_below(maker->seed, 60);
    char number[24];
    snprintf(number, sizeof number, chance(maker, 8) ? "%05zu" : "%zu", count);
    if (kind == 1)
        add_header(maker, "Content-Length", number);
    if (kind == 2)
        add_header(maker, "Transfer-Encoding", maker->sloppy ? PICK(maker, "chunked", "gzip, chunked",
                                                                     "Chunked") : "chunked");
    add_noise(maker);
    add(maker, "\r\n");
    size_t head_end = maker->stream->count;
    if (none)
        return head_end;
    if (kind == 1)
        add_content(maker, count);
    if (kind == 2)
        add_chunks(maker);
    return head_end;
}

/* Returns true when the message closes the connection by what it says or by its age. */
static bool add_connection(struct maker *maker, bool old, bool upgrade)
{
    uint32_t kind = random_below(maker->seed, 10);
    if (upgrade)
        add_header(maker, "Connection", "Upgrade");
    else if (kind == 0)
        add_header(maker, "Connection", PICK(maker, "close", "Close", "close, TE"));
    else if (kind < 4)
        add_header(maker, "Connection", PICK(maker, "keep-alive", "Keep-Alive", "TE, keep-alive"));
    return upgrade ? old : kind == 0 || (old && kind >= 4);
}

static bool add_authentication(struct maker *maker, const char *name)
{
    bool binds = chance(maker, 40);
    if (binds)
        add_header(maker, name, PICK(maker, "NTLM TlRM", "Negotiate YII=", "negotiate", "ntlm"));
    else if (chance(maker, 10))
        add_header(maker, name, PICK(maker, "Basic bnRsbQ==", "Bearer NTLM", "Digest ntlm"));
    return binds;
}

static bool make_request(struct maker *maker, struct exchange_marks *marks)
{
    bool old = chance(maker, 10);
    bool upgrade = !old && chance(maker, 12);
    marks->method = PICK(maker, "GET", "GET", "GET", "POST", "PUT", "HEAD", "DELETE", "OPTIONS", "PATCH");
    if (chance(maker, 25))
        marks->method = "CONNECT";
    if (maker->stream->count && maker->sloppy && chance(maker, 12))
        add(maker, "\r\n");
    marks->request_begin = maker->stream->count;
    bool tunnel = !strcmp(marks->method, "CONNECT");
    add(maker, "%s %s HTTP/1.%d%s", marks->method,
        tunnel ? "host:443" : PICK(maker, "/", "/a?b=c", "*", "http://a/b"), !old, line_end(maker));
    add_header(maker, "Host", "a");
    marks->request_binds =
        add_authentication(maker, PICK(maker, "Authorization", "Proxy-Authorization"));
    marks->request_closes = add_connection(maker, old, upgrade);
    if (upgrade)
        add_header(maker, "Upgrade", PICK(maker, "websocket", "h2c"));
    if (tunnel)
        add(maker, "\r\n");
    marks->request_head_end = tunnel ? maker->stream->count : add_body(maker, false, false);
    marks->request_end = maker->stream->count;
    return upgrade;
}

static void add_interim(struct maker *maker)
{
    while (chance(maker, 8)) {
        add(maker, "HTTP/1.1 %s%s", PICK(maker, "100 Continue", "102 Processing", "103 Early Hints"),
            line_end(maker));
        add_noise(maker);
        add(maker, "\r\n");
    }
}

static void make_response(struct maker *maker, struct exchange_marks *marks, bool upgrade)
{
    bool old = chance(maker, 10);
    bool tunnel = !strcmp(marks->method, "CONNECT");
    bool switches = upgrade && !tunnel && chance(maker, 2);
    const char *status = PICK(maker, "200 OK", "200 ", "404 Not Found", "500 No", "206 Partial",
                              "304 Not Modified", "204 No Content", "302 Found");
    if (tunnel)
        status = PICK(maker, "200 Connection established", "407 No", "502 Bad Gateway");
    if (switches)
        status = "101 Switching Protocols";
    marks->response_begin = maker->stream->count;
    add_interim(maker);
    marks->leaves_http = switches || (tunnel && *status == '2');
    bool none = !strcmp(marks->method, "HEAD") || !strncmp(status, "304", 3) ||
                !strncmp(status, "204", 3) || marks->leaves_http;
    bool until_close = !none && chance(maker, 20);
    add(maker, "HTTP/1.%d %s%s", !old, status, line_end(maker));
    marks->response_binds =
        add_authentication(maker, PICK(maker, "WWW-Authenticate", "Proxy-Authenticate"));
    marks->response_closes = add_connection(maker, old, switches) || until_close;
    if (until_close) {
        add(maker, "\r\n");
        marks->response_head_end = maker->stream->count;
        add_content(maker, random_below(maker->seed, 60));
    } else if (marks->leaves_http) {
        add(maker, "Upgrade: websocket\r\n\r\n");
        marks->response_head_end = maker->stream->count;
    } else {
        marks->response_head_end = add_body(maker, none, !none);
    }
    marks->response_end = until_close ? SIZE_MAX : maker->stream->count;
}

void conversation_make(struct conversation *conversation, uint64_t seed, bool sloppy)
{
    struct maker out = {&seed, &conversation->out, sloppy};
    struct maker in = {&seed, &conversation->in, sloppy};
    unsigned wanted = 1 + random_below(&seed, EXCHANGES_MOST);
    bool ended = false;
    conversation->out.count = conversation->in.count = conversation->count = 0;
    while (conversation->count < wanted && !ended) {
        struct exchange_marks *marks = &conversation->exchanges[conversation->count++];
        *marks = (struct exchange_marks){.pipelined = chance(&out, 4), .early = chance(&out, 8)};
        bool upgrade = make_request(&out, marks);
        make_response(&in, marks, upgrade);
        ended = marks->leaves_http || marks->response_end == SIZE_MAX;
    }
    if (conversation->exchanges[conversation->count - 1].leaves_http) {
        add_content(&out, random_below(&seed, 50));
        add_content(&in, random_below(&seed, 50));
    }
}
