/* SPDX-License-Identifier: MIT
 *
 * What the C clients of the end-to-end tests share: arguments, request text, response parsing, the
 * report. They are written as ordinary programs write such code: one connection, kept open, reused;
 * after a failure a new connection and the next request, never the same one again.
 * Called as: CLIENT BASE_URL METHOD ROUNDS GAP_MS
 */
#ifndef CLIENT_H
#define CLIENT_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct job {
    const char *name; /* of this client, in the report */
    const char *base_url;
    const char *method;
    struct sockaddr_in peer;
    int rounds;
    int gap_ms;
    int next_id;
};

/* Sends one request and reads its response on *fd (-1: connect first). Returns NULL, or what went
 * wrong; after a failure the caller closes *fd. */
typedef const char *exchange_fn(struct job *job, int *fd);

/* Waits for job->gap_ms between two requests; may close *fd and set it to -1. */
typedef void pause_fn(struct job *job, int *fd);

/* Reads the arguments; ends the program with status 2 when they make no sense. */
struct job job_from_arguments(int argc, char **argv);

/* Runs all rounds and prints the report. Returns the program's exit status. */
int job_run(struct job *job, exchange_fn *exchange, pause_fn *pause);

/* The parts of job_run, for programs with a loop of their own. */
void job_sleep(struct job *job, int *fd);
void report_result(const char *problem, long long started_us);
int report_print(const struct job *job);
long long now_us(void);

/* The path of the next request: /r/ID. Valid until the next call. */
const char *job_next_path(struct job *job);

/* The body of a request: "" for methods without one. */
const char *job_body(const struct job *job);

/* The next request, head and body. Returns its length in bytes; *head_bytes is where the body
 * begins. The text is valid until the next call. */
size_t job_next_request(struct job *job, const char **text, size_t *head_bytes);

/* A blocking connect. Returns a descriptor, or -1. */
int job_connect(const struct job *job);

/* The exchange of the legacy client: write() and read(), no look before reuse, no retry. */
const char *job_exchange_blocking(struct job *job, int *fd);

/* One response as it comes in. */
struct response {
    char text[4096];
    size_t bytes;
};

/* Appends what one receive call brings; returns what that call returned. */
typedef ssize_t receive_fn(int fd, struct response *response);

/* Reads one response on a blocking socket. Returns NULL, or what went wrong. */
const char *response_receive(int fd, receive_fn *receive);

/* True when the head and as many bytes as Content-Length says are there. */
bool response_is_complete(struct response *response);

#endif
