/* SPDX-License-Identifier: MIT
 *
 * A client whose main thread writes while a thread of the connection waits for what comes, as in the
 * JDK's HttpClient and Netty. Three programs, by how that thread waits (-DREADER=...):
 * "reader_in_epoll" is parked in epoll_wait() on a non-blocking socket, "reader_in_recv" in a
 * blocking recv(), and "reader_polls" asks epoll again and again, so that its calls begin at any
 * moment of a repair. A connection whose reader has seen the end is not used again. No retry.
 */
#define IN_EPOLL 1
#define IN_RECV 2
#define POLLS 3

#include "client.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

static pthread_t reader;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* guards what follows */
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static struct response response;
static bool ended;

/* False at the end of the connection. */
static bool take(int fd)
{
    char piece[1024];
    ssize_t got = recv(fd, piece, sizeof piece, 0);

    pthread_mutex_lock(&lock);
    ended = got == 0 || (got < 0 && errno != EAGAIN);
    if (got > 0) {
        memcpy(response.text + response.bytes, piece, (size_t)got);
        response.bytes += (size_t)got;
    }
    pthread_cond_signal(&changed);
    pthread_mutex_unlock(&lock);
    return !ended;
}

static void wait_for_event(int poller)
{
    struct epoll_event event;

    if (READER == IN_EPOLL)
        epoll_wait(poller, &event, 1, -1);
    while (READER == POLLS && epoll_wait(poller, &event, 1, 0) == 0)
        usleep(20);
}

static void *read_to_the_end(void *argument)
{
    int fd = *(int *)argument;
    int poller = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event watched = {.events = EPOLLIN | EPOLLRDHUP};

    if (READER != IN_RECV)
        epoll_ctl(poller, EPOLL_CTL_ADD, fd, &watched);
    do
        wait_for_event(poller);
    while (take(fd));
    close(poller);
    return NULL;
}

static bool open_with_reader(struct job *job, int *fd)
{
    static int reader_fd;

    *fd = reader_fd = job_connect(job);
    if (*fd < 0)
        return false;
    if (READER != IN_RECV)
        fcntl(*fd, F_SETFL, O_NONBLOCK);
    ended = false;
    return pthread_create(&reader, NULL, read_to_the_end, &reader_fd) == 0;
}

static void close_with_reader(int *fd)
{
    shutdown(*fd, SHUT_RDWR);
    pthread_join(reader, NULL);
    close(*fd);
    *fd = -1;
}

static const char *send_request(struct job *job, int fd)
{
    const char *text;
    size_t head_bytes;
    size_t bytes = job_next_request(job, &text, &head_bytes);
    struct pollfd writable = {.fd = fd, .events = POLLOUT};
    ssize_t sent;

    while ((sent = send(fd, text, bytes, MSG_NOSIGNAL)) < 0 && errno == EAGAIN)
        poll(&writable, 1, -1);
    return sent == (ssize_t)bytes ? NULL : strerror(errno);
}

static const char *await_response(void)
{
    const char *problem = NULL;

    pthread_mutex_lock(&lock);
    while (!response_is_complete(&response) && !ended)
        pthread_cond_wait(&changed, &lock);
    if (!response_is_complete(&response))
        problem = "closed before the response";
    response.bytes = 0;
    pthread_mutex_unlock(&lock);
    return problem;
}

static bool has_ended(void)
{
    pthread_mutex_lock(&lock);
    bool result = ended;
    pthread_mutex_unlock(&lock);
    return result;
}

static const char *exchange(struct job *job, int *fd)
{
    if (*fd >= 0 && has_ended())
        close_with_reader(fd);
    if (*fd < 0 && !open_with_reader(job, fd))
        return "cannot connect";
    const char *problem = send_request(job, *fd);
    if (!problem)
        problem = await_response();
    if (problem)
        close_with_reader(fd);
    return problem;
}

int main(int argc, char **argv)
{
    struct job job = job_from_arguments(argc, argv);
    return job_run(&job, exchange, job_sleep);
}
