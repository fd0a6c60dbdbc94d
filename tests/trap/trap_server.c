/* SPDX-License-Identifier: MIT
 *
 * The server of the traps (trap.h). After the raw clone() it calls nothing of libc that keeps a
 * state: the trap may have been built with a sanitizer, or may have any other library preloaded.
 */
#include "trap.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { CLIENTS_MOST = 2048, IN_MOST = 16384, NEVER = -1 };

struct client {
    unsigned number;
    unsigned requests;
    size_t used;
    int64_t answer_ms; /* when the first request in `in` is answered; NEVER: none is waiting */
    int64_t end_ms;    /* when the connection is ended */
    bool reset;        /* with an RST */
    char in[IN_MOST];
};

static struct client *clients;        /* clients[i] belongs to waits[i + 1] */
static struct pollfd *waits;          /* the first one is the listener's */
static unsigned client_count;

static int64_t now_ms(void)
{
    struct timespec now;
    syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* The number after `word` in the query; `alone` when the word stands without one; else NEVER. */
static int64_t number_after(const char *request, const char *word, int64_t alone)
{
    const char *line_end = strchr(request, '\r');
    const char *query = strchr(request, '?');
    const char *at = query ? strstr(query, word) : NULL;
    if (!at || at > line_end)
        return NEVER;
    at += strlen(word);
    return *at == '=' ? atoi(at + 1) : alone;
}

static void drop(struct trap_server *server, unsigned i)
{
    atomic_fetch_add(&server->ended, 1);
    syscall(SYS_close, waits[i + 1].fd);
    client_count--;
    if (i != client_count) {
        memcpy(&clients[i], &clients[client_count], sizeof *clients);
        waits[i + 1] = waits[client_count + 1];
    }
}

static void end(struct trap_server *server, unsigned i)
{
    struct linger now = {1, 0};
    if (clients[i].reset)
        syscall(SYS_setsockopt, waits[i + 1].fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    drop(server, i);
}

/* Answers the request of `bytes` bytes at the buffer's start. */
static void answer(struct trap_server *server, unsigned i, size_t bytes)
{
    struct client *client = &clients[i];
    char path[256] = "", out[512];
    int64_t close_ms = number_after(client->in, "close", 0);
    int64_t reset_ms = number_after(client->in, "reset", 0);
    sscanf(client->in, "%*s %255s", path);
    client->requests++;
    atomic_fetch_add(&server->requests_of[client->number % TRAP_CONNECTIONS_MOST], 1);
    int count = snprintf(out, sizeof out,
                         "HTTP/1.1 200 OK\r\nContent-Length: %5zu\r\nX-Connection: %8u\r\n"
                         "X-Request: %8u\r\n\r\n%s",
                         strlen(path), client->number, client->requests, path);
    atomic_fetch_add(&server->requests, 1); /* before the client can look */
    syscall(SYS_sendto, waits[i + 1].fd, out, count, MSG_NOSIGNAL, NULL, 0);
    client->used -= bytes;
    memmove(client->in, client->in + bytes, client->used + 1);
    if (close_ms != NEVER || reset_ms != NEVER)
        client->end_ms = now_ms() + (close_ms != NEVER ? close_ms : reset_ms);
    client->reset = reset_ms != NEVER;
}

/* Answers what is whole and due. */
static void answer_all(struct trap_server *server, unsigned i)
{
    struct client *client = &clients[i];
    const char *head_end;
    while ((head_end = strstr(client->in, "\r\n\r\n"))) {
        int64_t delay_ms = number_after(client->in, "delay", 0);
        if (client->answer_ms == NEVER)
            client->answer_ms = now_ms() + (delay_ms > 0 ? delay_ms : 0);
        if (now_ms() < client->answer_ms)
            return;
        client->answer_ms = NEVER;
        answer(server, i, (size_t)(head_end + 4 - client->in));
    }
}

/* False when the client has gone. */
static bool receive(struct trap_server *server, unsigned i)
{
    struct client *client = &clients[i];
    long count = syscall(SYS_recvfrom, waits[i + 1].fd, client->in + client->used,
                         IN_MOST - 1 - client->used, MSG_DONTWAIT, NULL, NULL);
    if (count < 0 && errno == EAGAIN)
        return true;
    if (count <= 0) {
        if (client->used)
            atomic_fetch_add(&server->broken, 1);
        return false;
    }
    client->used += (size_t)count;
    client->in[client->used] = 0;
    return true;
}

static void take_client(struct trap_server *server)
{
    long fd = syscall(SYS_accept4, waits[0].fd, NULL, NULL, SOCK_CLOEXEC);
    if (fd < 0)
        return;
    struct client *client = &clients[client_count];
    memset(client, 0, offsetof(struct client, in) + 1);
    client->number = atomic_fetch_add(&server->accepted, 1) + 1;
    client->answer_ms = client->end_ms = NEVER;
    waits[++client_count] = (struct pollfd){.fd = (int)fd, .events = POLLIN};
}

/* Does what one client wants; false when it was dropped. */
static bool turn(struct trap_server *server, unsigned i)
{
    if (waits[i + 1].revents && !receive(server, i)) {
        drop(server, i);
        return false;
    }
    answer_all(server, i);
    if (clients[i].end_ms == NEVER || now_ms() < clients[i].end_ms)
        return true;
    end(server, i);
    return false;
}

/* How long poll may sleep. */
static int wait_ms(void)
{
    int64_t now = now_ms(), least = 1000;
    for (unsigned i = 0; i < client_count; i++) {
        int64_t due[] = {clients[i].answer_ms, clients[i].end_ms};
        for (int k = 0; k < 2; k++)
            if (due[k] != NEVER && due[k] - now < least)
                least = due[k] > now ? due[k] - now : 0;
    }
    return (int)least;
}

static void serve(struct trap_server *server)
{
    for (;;) {
        int ms = wait_ms();
        struct timespec wait = {ms / 1000, ms % 1000 * 1000000L};
        waits[0].events = client_count < CLIENTS_MOST ? POLLIN : 0;
        syscall(SYS_ppoll, waits, client_count + 1, &wait, NULL, 8);
        for (unsigned i = client_count; i-- > 0;)
            turn(server, i);
        if (waits[0].revents)
            take_client(server);
    }
}

/* In the new process: no signal but SIGKILL reaches it, and it ends with its parent. */
static void begin(struct trap_server *server, int listener, pid_t parent)
{
    uint64_t all = ~0ULL;
    struct rlimit files = {1 << 16, 1 << 16};
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, NULL, sizeof all);
    syscall(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (syscall(SYS_getppid) != parent)
        syscall(SYS_exit_group, 0);
    if (syscall(SYS_prlimit64, 0, RLIMIT_NOFILE, &files, NULL) < 0 &&
        syscall(SYS_prlimit64, 0, RLIMIT_NOFILE, NULL, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        syscall(SYS_prlimit64, 0, RLIMIT_NOFILE, &files, NULL);
    }
    syscall(SYS_close, STDIN_FILENO);
    syscall(SYS_close, STDOUT_FILENO);
    waits[0].fd = listener;
    serve(server);
}

static int listen_on_free_port(uint16_t *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t length = sizeof address;
    int fd = (int)syscall(SYS_socket, AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    CHECK(fd >= 0);
    CHECK_EQUAL(syscall(SYS_bind, fd, &address, sizeof address), 0);
    CHECK_EQUAL(syscall(SYS_listen, fd, 1024), 0);
    CHECK_EQUAL(syscall(SYS_getsockname, fd, &address, &length), 0);
    *port = ntohs(address.sin_port);
    return fd;
}

static void *shared_memory(size_t bytes)
{
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK(memory != MAP_FAILED);
    return memory;
}

struct trap_server *trap_serve(void)
{
    struct trap_server *server = shared_memory(sizeof *server);
    int listener = listen_on_free_port(&server->port);
    pid_t parent = (pid_t)syscall(SYS_getpid);
    clients = shared_memory(CLIENTS_MOST * sizeof *clients);
    waits = shared_memory((CLIENTS_MOST + 1) * sizeof *waits);
    server->pid = (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
    CHECK(server->pid >= 0);
    if (!server->pid)
        begin(server, listener, parent);
    syscall(SYS_close, listener);
    return server;
}
