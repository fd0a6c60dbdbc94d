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

static bool as_message;

static ssize_t send_vector(int fd, struct iovec *vector)
{
    struct msghdr message = {.msg_iov = vector, .msg_iovlen = 2};
    return as_message ? sendmsg(fd, &message, MSG_NOSIGNAL) : writev(fd, vector, 2);
}

static ssize_t receive_vector(int fd, struct response *response)
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
    const char *text;
    size_t head_bytes;
    size_t bytes = job_next_request(job, &text, &head_bytes);
    struct iovec vector[2] = {
        {.iov_base = (void *)text, .iov_len = head_bytes},
        {.iov_base = (void *)(text + head_bytes), .iov_len = bytes - head_bytes},
    };

    as_message = !as_message;
    if (*fd < 0 && (*fd = job_connect(job)) < 0)
        return "cannot connect";
    if (send_vector(*fd, vector) != (ssize_t)bytes)
        return strerror(errno);
    return response_receive(*fd, receive_vector);
}

int main(int argc, char **argv)
{
    struct job job = job_from_arguments(argc, argv);
    return job_run(&job, exchange, job_sleep);
}
