/* SPDX-License-Identifier: MIT
 *
 * Requests and answers by every call that moves bytes, whole and in halves. By none of them may an
 * exchange seem to have ended before its last byte, or never to end: in the middle the connection is left
 * alone, however long it rests, and after it the next request goes out on a new one. What is
 * peeked at is not yet received.
 */
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "trap.h"

enum writer { WRITE, WRITEV, SEND, SENDTO, SENDMSG, SENDMMSG, WRITERS };
enum reader { READ, READV, RECV, RECVFROM, RECVMSG, RECVMMSG, PEEK_AND_RECV, READERS };
enum { PARTS = 3, HEAD_BYTES = 87 };

static struct trap_server *server;

/* `bytes` of `room` in parts, of which one is empty. */
static void cut(struct iovec *parts, char *room, size_t bytes)
{
    parts[0] = (struct iovec){room, bytes / 2};
    parts[1] = (struct iovec){NULL, 0};
    parts[2] = (struct iovec){room + bytes / 2, bytes - bytes / 2};
}

static void put(enum writer writer, int fd, char *room, size_t bytes)
{
    struct iovec parts[PARTS];
    struct mmsghdr messages[2] = {{.msg_hdr = {.msg_iov = parts, .msg_iovlen = 2}},
                                  {.msg_hdr = {.msg_iov = parts + 2, .msg_iovlen = 1}}};
    struct msghdr whole = {.msg_iov = parts, .msg_iovlen = PARTS};
    cut(parts, room, bytes);
    switch (writer) {
    case WRITE:
        CHECK_EQUAL(write(fd, room, bytes), bytes);
        break;
    case WRITEV:
        CHECK_EQUAL(writev(fd, parts, PARTS), bytes);
        break;
    case SEND:
        CHECK_EQUAL(send(fd, room, bytes, 0), bytes);
        break;
    case SENDTO:
        CHECK_EQUAL(sendto(fd, room, bytes, 0, NULL, 0), bytes);
        break;
    case SENDMSG:
        CHECK_EQUAL(sendmsg(fd, &whole, 0), bytes);
        break;
    default:
        CHECK_EQUAL(sendmmsg(fd, messages, 2, 0), 2);
        CHECK_EQUAL(messages[0].msg_len + messages[1].msg_len, bytes);
    }
}

static ssize_t take(enum reader reader, int fd, char *room, size_t bytes)
{
    struct iovec parts[PARTS];
    struct mmsghdr message = {.msg_hdr = {.msg_iov = parts, .msg_iovlen = PARTS}};
    cut(parts, room, bytes);
    switch (reader) {
    case READ:
        return read(fd, room, bytes);
    case READV:
        return readv(fd, parts, PARTS);
    case RECV:
        return recv(fd, room, bytes, 0);
    case RECVFROM:
        return recvfrom(fd, room, bytes, 0, NULL, NULL);
    case RECVMSG:
        return recvmsg(fd, &message.msg_hdr, 0);
    case RECVMMSG:
        CHECK_EQUAL(recvmmsg(fd, &message, 1, 0, NULL), 1);
        return message.msg_len;
    default:
        for (int look = 0; look < 3; look++)
            CHECK(recv(fd, room, bytes, MSG_PEEK) > 0);
        return recv(fd, room, bytes, 0);
    }
}

static void take_exactly(enum reader reader, int fd, char *room, size_t bytes)
{
    for (size_t got = 0; got < bytes;) {
        ssize_t count = take(reader, fd, room + got, bytes - got);
        CHECK(count > 0);
        got += (size_t)count;
    }
}

static void ask(enum writer writer, int fd, const char *path)
{
    char request[256];
    put(writer, fd, request, trap_format_request(request, sizeof request, path));
}

/* The answer to `path`, of which `taken` bytes stand in `text` already. */
static struct trap_answer answer_to(enum reader reader, int fd, const char *path, char *text,
                                    size_t taken)
{
    struct trap_answer answer = {0};
    size_t bytes = HEAD_BYTES + strlen(path);
    take_exactly(reader, fd, text + taken, bytes - taken);
    text[bytes] = 0;
    const char *at = strstr(text, "X-Connection:");
    CHECK(at && sscanf(at, "X-Connection: %u", &answer.connection) == 1);
    CHECK(!strcmp(text + HEAD_BYTES, path));
    return answer;
}

static struct trap_answer exchange(enum writer writer, enum reader reader, int fd, const char *path)
{
    char text[512];
    ask(writer, fd, path);
    return answer_to(reader, fd, path, text, 0);
}

/* A rest between two exchanges, and one in the middle of a request and of an answer. */
static void go_by(enum writer writer, enum reader reader)
{
    char request[256], text[512];
    int fd = trap_connect(server);
    struct trap_answer before = exchange(writer, reader, fd, "/one");
    trap_go_stale();
    struct trap_answer after = exchange(writer, reader, fd, "/two");
    trap_check_repaired(before, after);

    size_t bytes = trap_format_request(request, sizeof request, "/halves");
    put(writer, fd, request, bytes / 2);
    trap_go_stale();
    put(writer, fd, request + bytes / 2, bytes - bytes / 2);
    take_exactly(reader, fd, text, HEAD_BYTES / 2);
    trap_go_stale();
    ask(writer, fd, "/behind");
    struct trap_answer halves = answer_to(reader, fd, "/halves", text, HEAD_BYTES / 2);
    CHECK_EQUAL(answer_to(reader, fd, "/behind", text, 0).connection, halves.connection);

    trap_go_stale();
    trap_check_repaired(halves, exchange(writer, reader, fd, "/three"));
    close(fd);
}

static void *write_by(void *data)
{
    go_by(*(const enum writer *)data, RECV);
    return NULL;
}

static void *read_by(void *data)
{
    go_by(SEND, *(const enum reader *)data);
    return NULL;
}

/* Each with a connection of its own, at once, as they mostly sleep. */
int main(void)
{
    enum writer writers[WRITERS];
    enum reader readers[READERS];
    pthread_t threads[WRITERS + READERS];
    server = trap_serve();
    for (enum writer i = 0; i < WRITERS; i++) {
        writers[i] = i;
        CHECK_EQUAL(pthread_create(&threads[i], NULL, write_by, &writers[i]), 0);
    }
    for (enum reader i = 0; i < READERS; i++) {
        readers[i] = i;
        CHECK_EQUAL(pthread_create(&threads[WRITERS + i], NULL, read_by, &readers[i]), 0);
    }
    for (int i = 0; i < WRITERS + READERS; i++)
        CHECK_EQUAL(pthread_join(threads[i], NULL), 0);
    CHECK_EQUAL(server->broken, 0);
    puts("by every call");
    return 0;
}
