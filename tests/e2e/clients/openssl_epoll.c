/* SPDX-License-Identifier: MIT
 *
 * A non-blocking client over TLS: each call of OpenSSL is tried first and waited for with epoll (level-
 * triggered, for what SSL_get_error() says) after that. The handshake is left to SSL_write(). It does
 * not look before reuse: the socket is registered only while something is waited for. No retry.
 */
#include "openssl.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/epoll.h>
#include <unistd.h>

static SSL *ssl;
static int poller;

/* True: the call is to be tried again. */
static bool wait_for(int fd, int result)
{
    struct epoll_event event = {.events = EPOLLIN};
    int wanted = SSL_get_error(ssl, result);

    if (wanted != SSL_ERROR_WANT_READ && wanted != SSL_ERROR_WANT_WRITE)
        return false;
    if (wanted == SSL_ERROR_WANT_WRITE)
        event.events = EPOLLOUT;
    epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event);
    epoll_wait(poller, &event, 1, -1);
    epoll_ctl(poller, EPOLL_CTL_DEL, fd, NULL);
    return true;
}

static ssize_t receive(int fd, struct response *response)
{
    int result;

    do {
        errno = 0;
        result = SSL_read(ssl, response->text + response->bytes,
                          (int)(sizeof response->text - response->bytes - 1));
    } while (result <= 0 && wait_for(fd, result));
    return result;
}

static const char *send_all(int fd, const char *text, size_t bytes)
{
    while (bytes) {
        size_t sent = 0;
        errno = 0;
        int result = SSL_write_ex(ssl, text, bytes, &sent);
        if (!result && !wait_for(fd, result))
            return openssl_problem(ssl, result);
        text += sent;
        bytes -= sent;
    }
    return NULL;
}

static const char *open_session(struct job *job, int *fd)
{
    if ((*fd = job_connect(job)) < 0)
        return "cannot connect";
    fcntl(*fd, F_SETFL, O_NONBLOCK);
    SSL_free(ssl);
    ssl = openssl_session(job, *fd);
    SSL_set_connect_state(ssl);
    SSL_set_mode(ssl, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    return NULL;
}

static const char *exchange(struct job *job, int *fd)
{
    const char *text;
    size_t head_bytes;
    size_t bytes = job_next_request(job, &text, &head_bytes);
    const char *problem = *fd < 0 ? open_session(job, fd) : NULL;

    if (!problem)
        problem = send_all(*fd, text, bytes);
    return problem ? problem : response_receive(*fd, receive);
}

int main(int argc, char **argv)
{
    struct job job = job_from_arguments(argc, argv);
    poller = epoll_create1(EPOLL_CLOEXEC);
    return job_run(&job, exchange, job_sleep);
}
