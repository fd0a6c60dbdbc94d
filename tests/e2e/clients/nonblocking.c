/* SPDX-License-Identifier: MIT
 *
 * See nonblocking.h. Every call is tried first and waited for only after EAGAIN, which is what an
 * edge-triggered program must do.
 */
#include "nonblocking.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int nonblocking_connect(const struct job *job)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int error = connect(fd, (const struct sockaddr *)&job->peer, sizeof job->peer);

    if (error == 0 || errno == EINPROGRESS)
        return fd;
    close(fd);
    return -1;
}

static const char *send_all(int fd, const char *text, size_t bytes, wait_fn *wait)
{
    while (bytes) {
        ssize_t sent = send(fd, text, bytes, MSG_NOSIGNAL);
        if (sent < 0 && errno != EAGAIN)
            return strerror(errno);
        if (sent < 0) {
            wait(fd, POLLOUT, -1);
            continue;
        }
        text += sent;
        bytes -= (size_t)sent;
    }
    return NULL;
}

static const char *receive_response(int fd, wait_fn *wait)
{
    struct response response = {.bytes = 0};

    while (!response_is_complete(&response)) {
        ssize_t got = recv(fd, response.text + response.bytes,
                           sizeof response.text - response.bytes - 1, 0);
        if (got == 0)
            return "closed before the response";
        if (got < 0 && errno != EAGAIN)
            return strerror(errno);
        if (got < 0)
            wait(fd, POLLIN, -1);
        else
            response.bytes += (size_t)got;
    }
    return NULL;
}

const char *nonblocking_exchange(struct job *job, int fd, wait_fn *wait)
{
    const char *text;
    size_t head_bytes;
    size_t bytes = job_next_request(job, &text, &head_bytes);
    const char *problem = send_all(fd, text, bytes, wait);

    return problem ? problem : receive_response(fd, wait);
}
