/* SPDX-License-Identifier: MIT
 *
 * The legacy client over TLS: a blocking socket, SSL_connect(), SSL_write() and SSL_read(), no look
 * before reuse, no retry.
 */
#include "openssl.h"

#include <errno.h>
#include <unistd.h>

static SSL *ssl;

static ssize_t receive(int fd, struct response *response)
{
    (void)fd;
    errno = 0;
    return SSL_read(ssl, response->text + response->bytes,
                    (int)(sizeof response->text - response->bytes - 1));
}

static const char *open_session(struct job *job, int *fd)
{
    int result;

    if ((*fd = job_connect(job)) < 0)
        return "cannot connect";
    SSL_free(ssl);
    ssl = openssl_session(job, *fd);
    result = SSL_connect(ssl);
    return result == 1 ? NULL : openssl_problem(ssl, result);
}

static const char *exchange(struct job *job, int *fd)
{
    const char *text;
    size_t head_bytes;
    size_t bytes = job_next_request(job, &text, &head_bytes);
    const char *problem = *fd < 0 ? open_session(job, fd) : NULL;
    int result;

    if (problem)
        return problem;
    result = SSL_write(ssl, text, (int)bytes);
    if (result != (int)bytes)
        return openssl_problem(ssl, result);
    return response_receive(*fd, receive);
}

int main(int argc, char **argv)
{
    struct job job = job_from_arguments(argc, argv);
    return job_run(&job, exchange, job_sleep);
}
