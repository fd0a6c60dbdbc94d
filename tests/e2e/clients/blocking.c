/* SPDX-License-Identifier: MIT
 *
 * The legacy client: a blocking socket, write() and read(), no look before reuse, no retry.
 */
#include "client.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static ssize_t receive(int fd, struct response *response)
{
    return read(fd, response->text + response->bytes, sizeof response->text - response->bytes - 1);
}

static const char *exchange(struct job *job, int *fd)
{
    const char *text;
    size_t head_bytes;
    size_t bytes = job_next_request(job, &text, &head_bytes);

    if (*fd < 0 && (*fd = job_connect(job)) < 0)
        return "cannot connect";
    if (write(*fd, text, bytes) != (ssize_t)bytes)
        return strerror(errno);
    return response_receive(*fd, receive);
}

int main(int argc, char **argv)
{
    struct job job = job_from_arguments(argc, argv);
    return job_run(&job, exchange, job_sleep);
}
