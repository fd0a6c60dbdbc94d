/* SPDX-License-Identifier: MIT
 *
 * A blocking client that sends head and body from two buffers, writev() and sendmsg() in turn, and
 * receives with readv() and recvmsg() in turn. No look before reuse, no retry.
 */
#include "client.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

static ssize_t send_vector(int fd, struct iovec *vector, bool as_message)
{
    struct msghdr message = {.msg_iov = vector, .msg_iovlen = 2};
    return as_message ? sendmsg(fd, &message, MSG_NOSIGNAL) : writev(fd, vector, 2);
}

static ssize_t receive_vector(int fd, struct response *response, bool as_message)
{
    size_t half = (sizeof response->text - response->bytes) / 2;
    struct iovec vector[2] = {
        {.iov_base = response->text + response->bytes, .iov_len = half},
        {.iov_base = response->text + response->bytes + half, .iov_len = half - 1},
    };
    struct msghdr message = {.msg_iov = vector, .msg_iovlen = 2};
    return as_message ? recvmsg(fd, &message, 0) : readv(fd, vector, 2);
}

static const char *exchange(struct job *job, int *fd)
{
    struct response response = {.bytes = 0};
    const char *text;
    size_t head_bytes;
    bool as_message = job->next_id % 2;
    size_t bytes = job_next_request(job, &text, &head_bytes);
    struct iovec vector[2] = {
        {.iov_base = (void *)text, .iov_len = head_bytes},
        {.iov_base = (void *)(text + head_bytes), .iov_len = bytes - head_bytes},
    };

    if (*fd < 0 && (*fd = job_connect(job)) < 0)
        return "cannot connect";
    if (send_vector(*fd, vector, as_message) != (ssize_t)bytes)
        return strerror(errno);
    while (!response_is_complete(&response)) {
        ssize_t got = receive_vector(*fd, &response, as_message);
        if (got <= 0)
            return got ? strerror(errno) : "closed before the response";
        response.bytes += (size_t)got;
    }
    return NULL;
}

int main(int argc, char **argv)
{
    struct job job = job_from_arguments(argc, argv);
    return job_run(&job, exchange, job_sleep);
}
