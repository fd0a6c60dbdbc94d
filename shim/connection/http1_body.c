/* SPDX-License-Identifier: MIT
 *
 * See http1.h. What need not be fed to the parser, and how it comes to stand where it was not fed.
 */
#include <string.h>

#include "connection/http1.h"
#include "connection/http1_chunks.h"

/* Brings a parser into the middle of a body, by a head with one. */
static void enter_body(struct http1_stream *stream, const char *head, uint64_t left)
{
    (void)llhttp_execute(&stream->parser, head, strlen(head));
    stream->parser.content_length = left;
    stream->in_body = true;
}

void http1_resume(struct http1 *http1, const struct plain *plain, const struct plain_left *left)
{
    if (left->out)
        enter_body(&http1->request, "POST / HTTP/1.1\r\nContent-Length: 1\r\n\r\n", left->out);
    http1->outstanding = 1;
    if (left->in)
        enter_body(&http1->response, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n", left->in);
    http1->outstanding = (uint8_t)plain->outstanding;
    http1->heads = plain->outstanding && plain->to_head;
    http1->closing = plain->closing;
    http1->hint_s = plain->hint_s;
}

bool http1_sends_chunks(const struct http1 *http1, const unsigned char *bytes, size_t count)
{
    return http1->request.chunk_done && http1_whole_chunks(bytes, count) == count;
}

uint64_t http1_left(const struct http1 *http1, bool inbound)
{
    const struct http1_stream *stream = inbound ? &http1->response : &http1->request;
    return stream->in_body ? stream->parser.content_length : 0;
}

void http1_skip(struct http1 *http1, bool inbound, uint64_t count)
{
    struct http1_stream *stream = inbound ? &http1->response : &http1->request;
    stream->parser.content_length -= count;
}
