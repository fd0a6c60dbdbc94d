/* SPDX-License-Identifier: MIT
 *
 * For the stdio_* traps: an HTTP client as it is written with stdio.
 */
#ifndef UNSTALE_TRAP_STDIO_CLIENT_H
#define UNSTALE_TRAP_STDIO_CLIENT_H

#include <stdio.h>
#include <string.h>

#include "trap.h"

static inline FILE *stdio_open(int fd, const char *mode)
{
    FILE *stream = fdopen(fd, mode);
    CHECK(stream != NULL);
    CHECK_EQUAL(fileno(stream), fd);
    return stream;
}

/* Writes the request in pieces; nothing leaves before it is flushed. */
static inline void stdio_request(FILE *stream, const char *path)
{
    CHECK(fputs("GET ", stream) >= 0);
    CHECK(fprintf(stream, "%s HTTP/1.1\r\n", path) > 0);
    CHECK(fputs("Host: trap\r\n\r\n", stream) >= 0);
    CHECK_EQUAL(fflush(stream), 0);
}

/* Reads an answer line by line, then its body. */
static inline struct trap_answer stdio_answer(FILE *stream, const char *path)
{
    struct trap_answer answer = {0};
    char line[256];
    unsigned bytes = 0;
    CHECK(fgets(line, sizeof line, stream) != NULL);
    CHECK(!strcmp(line, "HTTP/1.1 200 OK\r\n"));
    while (fgets(line, sizeof line, stream) && line[0] != '\r') {
        sscanf(line, "Content-Length: %u", &bytes);
        sscanf(line, "X-Connection: %u", &answer.connection);
        sscanf(line, "X-Request: %u", &answer.request);
    }
    CHECK(bytes < sizeof answer.body);
    CHECK_EQUAL(fread(answer.body, 1, bytes, stream), bytes);
    CHECK(!strcmp(answer.body, path));
    return answer;
}

static inline struct trap_answer stdio_exchange(FILE *stream, const char *path)
{
    stdio_request(stream, path);
    return stdio_answer(stream, path);
}

#endif
