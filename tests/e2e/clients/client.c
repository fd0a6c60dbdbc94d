/* SPDX-License-Identifier: MIT
 *
 * See client.h. The only peer is the fault server, so the parsing here knows just what that sends:
 * a status line, Content-Length and a short body.
 */
#include "client.h"

#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MAX_ROUNDS 1000
#define MAX_PROBLEMS 16
#define BODY_BYTES 100

static long long latency_us[MAX_ROUNDS];
static int ok_count;
static int lost_count;
static struct {
    const char *text;
    int count;
} problems[MAX_PROBLEMS];

long long now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000LL + now.tv_nsec / 1000;
}

struct job job_from_arguments(int argc, char **argv)
{
    struct job job = {.peer = {.sin_family = AF_INET}};
    char host[64];
    unsigned short port;
    const char *slash = strrchr(argv[0], '/');
    const char *authority = argc == 5 ? strstr(argv[1], "://") : NULL;

    if (!authority || sscanf(authority, "://%63[0-9.]:%hu", host, &port) != 2 ||
        inet_pton(AF_INET, host, &job.peer.sin_addr) != 1 || atoi(argv[3]) > MAX_ROUNDS) {
        fprintf(stderr, "usage: %s http[s]://ADDRESS:PORT METHOD ROUNDS GAP_MS\n", argv[0]);
        exit(2);
    }
    signal(SIGPIPE, SIG_IGN);
    job.name = slash ? slash + 1 : argv[0];
    job.base_url = argv[1];
    job.method = argv[2];
    job.rounds = atoi(argv[3]);
    job.gap_ms = atoi(argv[4]);
    job.peer.sin_port = htons(port);
    return job;
}

const char *job_next_path(struct job *job)
{
    static char path[64];
    snprintf(path, sizeof path, "/r/%d-%d", (int)getpid(), job->next_id++);
    return path;
}

const char *job_body(const struct job *job)
{
    static char body[BODY_BYTES + 1];
    if (strcmp(job->method, "POST") != 0)
        return "";
    memset(body, 'x', BODY_BYTES);
    return body;
}

size_t job_next_request(struct job *job, const char **text, size_t *head_bytes)
{
    static char request[512];
    const char *body = job_body(job);
    int head = snprintf(request, sizeof request,
                        "%s %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: %zu\r\n\r\n",
                        job->method, job_next_path(job), strlen(body));

    strcpy(request + head, body);
    *text = request;
    *head_bytes = (size_t)head;
    return (size_t)head + strlen(body);
}

int job_connect(const struct job *job)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(fd, (const struct sockaddr *)&job->peer, sizeof job->peer) == 0)
        return fd;
    close(fd);
    return -1;
}

bool response_is_complete(struct response *response)
{
    const char *length, *body;

    response->text[response->bytes] = '\0';
    body = strstr(response->text, "\r\n\r\n");
    length = strstr(response->text, "Content-Length: ");
    if (!body || !length)
        return false;
    body += 4;
    return response->text + response->bytes - body >= atoi(length + strlen("Content-Length: "));
}

const char *response_receive(int fd, receive_fn *receive)
{
    struct response response = {.bytes = 0};

    while (!response_is_complete(&response)) {
        ssize_t got = receive(fd, &response);
        if (got <= 0)
            return got ? strerror(errno) : "closed before the response";
        response.bytes += (size_t)got;
    }
    return NULL;
}

static ssize_t receive_by_read(int fd, struct response *response)
{
    return read(fd, response->text + response->bytes, sizeof response->text - response->bytes - 1);
}

const char *job_exchange_blocking(struct job *job, int *fd)
{
    const char *text;
    size_t head_bytes;
    size_t bytes = job_next_request(job, &text, &head_bytes);

    if (*fd < 0 && (*fd = job_connect(job)) < 0)
        return "cannot connect";
    if (write(*fd, text, bytes) != (ssize_t)bytes)
        return strerror(errno);
    return response_receive(*fd, receive_by_read);
}

static void note_problem(const char *text)
{
    for (int i = 0; i < MAX_PROBLEMS; i++) {
        if (problems[i].text && strcmp(problems[i].text, text) != 0)
            continue;
        problems[i].text = text;
        problems[i].count++;
        return;
    }
}

void report_result(const char *problem, long long started_us)
{
    if (problem) {
        lost_count++;
        note_problem(problem);
    } else {
        latency_us[ok_count++] = now_us() - started_us;
    }
}

int report_print(const struct job *job)
{
    printf("{\"client\": \"%s\", \"ok\": %d, \"lost\": %d, \"errors\": {", job->name, ok_count,
           lost_count);
    for (int i = 0; i < MAX_PROBLEMS && problems[i].text; i++)
        printf("%s\"%s\": %d", i ? ", " : "", problems[i].text, problems[i].count);
    printf("}, \"latency_us\": [");
    for (int i = 0; i < ok_count; i++)
        printf("%s%lld", i ? ", " : "", latency_us[i]);
    printf("]}\n");
    return 0;
}

void job_sleep(struct job *job, int *fd)
{
    (void)fd;
    if (job->gap_ms)
        usleep((useconds_t)job->gap_ms * 1000);
}

int job_run(struct job *job, exchange_fn *exchange, pause_fn *pause)
{
    int fd = -1;

    for (int round = 0; round < job->rounds; round++) {
        if (round)
            pause(job, &fd);
        long long started_us = now_us();
        const char *problem = exchange(job, &fd);
        report_result(problem, started_us);
        if (problem && fd >= 0) {
            close(fd);
            fd = -1;
        }
    }
    if (fd >= 0)
        close(fd);
    return report_print(job);
}
