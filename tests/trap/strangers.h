/* SPDX-License-Identifier: MIT
 *
 * What a number may lead to that led to a connection before: a file, a pipe, a UNIX, a UDP and an
 * accepted socket. Each has another end at which what is written to it can be read.
 */
#ifndef UNSTALE_TRAP_STRANGERS_H
#define UNSTALE_TRAP_STRANGERS_H

#include <arpa/inet.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "trap.h"

struct stranger {
    int end;       /* has the wanted number */
    int other_end; /* prepared before, or opened above it */
    struct sockaddr_in address;
    int listener;
};

struct stranger_kind {
    const char *name;
    void (*open)(struct stranger *stranger, int number);
    bool listens;
    int type;
};

static void stranger_prepare(const struct stranger_kind *kind, struct stranger *stranger)
{
    socklen_t length = sizeof stranger->address;
    stranger->address =
        (struct sockaddr_in){.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    stranger->listener = -1;
    if (!kind->type)
        return;
    int fd = socket(AF_INET, kind->type, 0);
    CHECK_EQUAL(bind(fd, (struct sockaddr *)&stranger->address, length), 0);
    CHECK_EQUAL(getsockname(fd, (struct sockaddr *)&stranger->address, &length), 0);
    stranger->other_end = stranger->listener = fd;
    if (!kind->listens)
        return;
    CHECK_EQUAL(listen(fd, 1), 0);
    stranger->other_end = socket(AF_INET, SOCK_STREAM, 0);
    CHECK_EQUAL(connect(stranger->other_end, (struct sockaddr *)&stranger->address, length), 0);
}

static void open_file(struct stranger *stranger, int number)
{
    char name[] = "/tmp/unstale-trap-XXXXXX";
    (void)number;
    stranger->end = mkstemp(name);
    stranger->other_end = open(name, O_RDONLY);
    unlink(name);
}

/* pipe() and socketpair() take the lowest number for the first end; what is written to must have it. */
static void swap_ends(struct stranger *stranger, int ends[2])
{
    int kept = dup(ends[0]);
    CHECK_EQUAL(dup2(ends[1], ends[0]), ends[0]);
    close(ends[1]);
    stranger->end = ends[0];
    stranger->other_end = kept;
}

static void open_pipe(struct stranger *stranger, int number)
{
    int ends[2];
    (void)number;
    CHECK_EQUAL(pipe(ends), 0);
    swap_ends(stranger, ends);
}

static void open_pair(struct stranger *stranger, int number)
{
    int ends[2];
    (void)number;
    CHECK_EQUAL(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    stranger->end = ends[0];
    stranger->other_end = ends[1];
}

static void open_udp(struct stranger *stranger, int number)
{
    (void)number;
    stranger->end = socket(AF_INET, SOCK_DGRAM, 0);
    CHECK_EQUAL(connect(stranger->end, (struct sockaddr *)&stranger->address,
                        sizeof stranger->address),
                0);
}

static void open_accepted(struct stranger *stranger, int number)
{
    (void)number;
    stranger->end = accept(stranger->listener, NULL, NULL);
    close(stranger->listener);
}

static const struct stranger_kind stranger_kinds[] = {
    {"file", open_file, false, 0},
    {"pipe", open_pipe, false, 0},
    {"socketpair", open_pair, false, 0},
    {"udp", open_udp, false, SOCK_DGRAM},
    {"accepted", open_accepted, true, SOCK_STREAM},
    {NULL, NULL, false, 0},
};

#endif
