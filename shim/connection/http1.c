/* SPDX-License-Identifier: MIT
 *
 * See http1.h. llhttp calls back at the borders of messages; what is not understood makes the
 * connection opaque, never an error of the program.
 */
#include "connection/http1.h"

#include <string.h>

#include "connection/http1_chunks.h"
#include "connection/http1_headers.h"

/* Requests that may be outstanding at once: the width of the bit sets. */
enum { PIPELINE_MOST = 64 };

static struct http1 *owner(llhttp_t *parser)
{
    return parser->data;
}

static int give_up(struct http1 *http1)
{
    http1->opaque = true;
    return -1;
}

static int request_begins(llhttp_t *parser)
{
    struct http1 *http1 = owner(parser);
    if (http1->outstanding == PIPELINE_MOST)
        return give_up(http1);
    parser->content_length = 0; /* llhttp adds digits to what a skipped body left */
    http1->request.open = true;
    http1->outstanding++;
    return 0;
}

static int request_headers_end(llhttp_t *parser)
{
    struct http1 *http1 = owner(parser);
    if (!http1->outstanding) /* the answer (a 408, a 400) came before the question was out */
        return give_up(http1);
    uint64_t bit = 1ULL << (http1->outstanding - 1);
    if (parser->method == HTTP_HEAD)
        http1->heads |= bit;
    if (parser->method == HTTP_CONNECT)
        http1->connects |= bit;
    if (parser->method == HTTP_CONNECT || parser->flags & F_UPGRADE)
        http1->leaving |= bit;
    if (parser->method == HTTP_PRI || parser->http_major != 1)
        return give_up(http1);
    if (!llhttp_should_keep_alive(parser))
        http1->closing = true;
    return 0;
}

static int request_ends(llhttp_t *parser)
{
    struct http1_stream *request = &owner(parser)->request;
    request->open = request->in_body = request->chunk_done = false;
    return 0;
}

static int response_begins(llhttp_t *parser)
{
    struct http1 *http1 = owner(parser);
    if (!http1->outstanding) /* unasked */
        return give_up(http1);
    parser->content_length = 0;
    http1->hint_s = 0;
    http1->response.open = true;
    return 0;
}

static bool is_interim(const llhttp_t *parser)
{
    return parser->status_code >= 100 && parser->status_code < 200;
}

/* RFC 9112 section 6.3: these end with their header, whatever Content-Length says. llhttp knows the
 * statuses, but reads a body all the same when there is a Content-Length. */
static bool has_no_body(const struct http1 *http1)
{
    unsigned status = http1->response.parser.status_code;
    return status < 200 || status == 204 || status == 304 || http1->heads & 1;
}

/* 1 tells llhttp that no body follows. A 101, or a 2xx to a CONNECT, ends HTTP on the connection. */
static int response_headers_end(llhttp_t *parser)
{
    struct http1 *http1 = owner(parser);
    bool success = parser->status_code >= 200 && parser->status_code < 300;
    if (parser->status_code == 101 || (success && http1->connects & 1))
        return give_up(http1);
    if (has_no_body(http1))
        parser->flags |= F_SKIPBODY; /* llhttp sets it too late for the next question */
    if (!is_interim(parser) && !llhttp_should_keep_alive(parser))
        http1->closing = true;
    return has_no_body(http1);
}

static int response_ends(llhttp_t *parser)
{
    struct http1 *http1 = owner(parser);
    struct http1_stream *response = &http1->response;
    response->open = response->in_body = response->chunk_done = false;
    if (is_interim(parser))
        return 0;
    http1->outstanding--;
    http1->heads >>= 1;
    http1->connects >>= 1;
    http1->leaving >>= 1;
    return 0;
}

static struct http1_stream *stream_of(llhttp_t *parser)
{
    struct http1 *http1 = owner(parser);
    return parser == &http1->request.parser ? &http1->request : &http1->response;
}

static int header_name(llhttp_t *parser, const char *at, size_t count)
{
    http1_header_name(stream_of(parser), at, count);
    return 0;
}

static int header_value(llhttp_t *parser, const char *at, size_t count)
{
    http1_header_value(stream_of(parser), at, count);
    return 0;
}

static int header_ends(llhttp_t *parser)
{
    struct http1 *http1 = owner(parser);
    struct http1_stream *stream = stream_of(parser);
    if (stream->name_bytes > sizeof stream->name) { /* a long one, or of no interest */
        http1_header_forget(stream);
        return 0;
    }
    if (http1_header_binds(stream))
        http1->bound = true;
    if (stream == &http1->response) {
        http1->hint_s = http1_header_hint_s(stream, http1->hint_s);
        http1->closing |= !is_interim(parser) && http1_header_is_last(stream);
    }
    http1_header_forget(stream);
    return 0;
}

static int body(llhttp_t *parser, const char *at, size_t count)
{
    (void)at;
    (void)count;
    stream_of(parser)->in_body = true;
    return 0;
}

static int chunk_begins(llhttp_t *parser)
{
    stream_of(parser)->chunk_done = false;
    return 0;
}

static int chunk_ends(llhttp_t *parser)
{
    struct http1_stream *stream = stream_of(parser);
    stream->in_body = false;
    stream->chunk_done = true;
    return 0;
}

#define SETTINGS(side)                                                                             \
    {                                                                                              \
        .on_message_begin = side##_begins, .on_header_field = header_name,                         \
        .on_header_value = header_value, .on_header_value_complete = header_ends,                  \
        .on_headers_complete = side##_headers_end, .on_body = body,                                \
        .on_chunk_header = chunk_begins, .on_chunk_complete = chunk_ends,                          \
        .on_message_complete = side##_ends,                                                        \
    }
static const llhttp_settings_t request_settings = SETTINGS(request);
static const llhttp_settings_t response_settings = SETTINGS(response);

static void start_parser(struct http1 *http1, struct http1_stream *stream, llhttp_type_t type,
                         const llhttp_settings_t *settings)
{
    llhttp_init(&stream->parser, type, settings);
    llhttp_set_lenient_headers(&stream->parser, 1);
    llhttp_set_lenient_keep_alive(&stream->parser, 1);
    stream->parser.data = http1;
}

void http1_reset(struct http1 *http1)
{
    memset(http1, 0, sizeof *http1);
    start_parser(http1, &http1->request, HTTP_REQUEST, &request_settings);
    start_parser(http1, &http1->response, HTTP_RESPONSE, &response_settings);
}

static enum framing state_of(const struct http1 *http1)
{
    if (http1->opaque)
        return FRAMING_OPAQUE;
    if (http1->request.open)
        return FRAMING_OPEN;
    return http1->outstanding || http1->response.open ? FRAMING_AWAIT : FRAMING_BETWEEN;
}

/* A request with an Upgrade header pauses the parser; the server may decline, so HTTP goes on until
 * a 101 comes. */
static void parse(struct http1 *http1, struct http1_stream *stream, const unsigned char *bytes,
                  size_t count)
{
    size_t whole = stream->chunk_done ? http1_whole_chunks(bytes, count) : 0;
    const char *at = (const char *)bytes + whole;
    const char *end = (const char *)bytes + count;
    if (at == end)
        return;
    llhttp_errno_t result = llhttp_execute(&stream->parser, at, (size_t)(end - at));
    while (result == HPE_PAUSED_UPGRADE && stream == &http1->request) {
        at = llhttp_get_error_pos(&stream->parser);
        llhttp_resume_after_upgrade(&stream->parser);
        if (at == end)
            return;
        result = llhttp_execute(&stream->parser, at, (size_t)(end - at));
    }
    if (result != HPE_OK)
        http1->opaque = true;
    if (end[-1] != '\n') /* perhaps the beginning of a chunk's size, of which nothing is told */
        stream->chunk_done = false;
}

enum framing http1_sent(struct http1 *http1, const unsigned char *bytes, size_t count)
{
    parse(http1, &http1->request, bytes, count);
    return state_of(http1);
}

enum framing http1_received(struct http1 *http1, const unsigned char *bytes, size_t count)
{
    parse(http1, &http1->response, bytes, count);
    return state_of(http1);
}
