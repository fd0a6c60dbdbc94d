/* SPDX-License-Identifier: MIT
 *
 * The doors of messages: several parts at once, and what travels beside the bytes. A descriptor that
 * goes to another process over a UNIX socket (SCM_RIGHTS) is noted, for its connection is shared then.
 */
#include <string.h>

#include "base/next.h"
#include "connection/blocking.h"
#include "connection/descriptors.h"
#include "doors/outgoing.h"

static void note_descriptors(const struct cmsghdr *part)
{
    for (size_t at = CMSG_LEN(0); at + sizeof(int) <= part->cmsg_len; at += sizeof(int)) {
        int passed;
        memcpy(&passed, (const char *)part + at, sizeof passed);
        struct connection *connection = descriptor_connection(passed);
        if (!connection)
            continue;
        atomic_store(&connection->passed_on, 1);
        blocking_forget(connection);
    }
}

/* The kernel has accepted the message: its pointers are good. */
static ssize_t note_passed_on(const struct msghdr *message, ssize_t result)
{
    struct msghdr copy;
    if (LIKELY(result < 0 || !message->msg_controllen))
        return result;
    memcpy(&copy, message, sizeof copy);
    for (struct cmsghdr *part = CMSG_FIRSTHDR(&copy); part; part = CMSG_NXTHDR(&copy, part)) {
        if (part->cmsg_level == SOL_SOCKET && part->cmsg_type == SCM_RIGHTS)
            note_descriptors(part);
    }
    return result;
}

static NOINLINE ssize_t sendmsg_followed(int fd, const struct msghdr *message, int flags,
                                         struct connection *connection)
{
    struct outgoing_source source = {.message = message};
    struct outgoing outgoing;
    if (!outgoing_begin(&outgoing, connection, fd, &source))
        return -1;
    return outgoing_end(&outgoing, &source, next.sendmsg(fd, message, flags));
}

static NOINLINE ssize_t sendmsg_tracked(int fd, const struct msghdr *message, int flags,
                                        struct connection *connection)
{
    if (UNLIKELY(flags & MSG_OOB))
        return sendmsg_followed(fd, message, flags, connection);
    struct outgoing_source source = {.message = message};
    OUTGOING_OPENING_PARTS(connection, fd, &source, next.sendmsg(fd, message, flags),
                           sendmsg_followed(fd, message, flags, connection));
}

/* There are connections, and the message may carry one. */
static NOINLINE ssize_t sendmsg_untracked(int fd, const struct msghdr *message, int flags)
{
    return note_passed_on(message, next.sendmsg(fd, message, flags));
}

EXPORTED ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
    struct connection *connection = descriptor_connection(fd);
    if (connection ? connection_lets_be_sent(connection) : LIKELY(!atomic_load(&connection_any)))
        return next.sendmsg(fd, message, flags);
    return connection ? sendmsg_tracked(fd, message, flags, connection)
                      : sendmsg_untracked(fd, message, flags);
}

/* The kernel sends at most UIO_MAXIOV messages at once. */
enum { MESSAGES_MOST = 1024 };

/* The kernel sends the messages one by one as well (__sys_sendmmsg in net/socket.c), and tells of an
 * error only when none went out. */
static int send_one_by_one(int fd, struct mmsghdr *messages, unsigned count, int flags)
{
    unsigned sent = 0;
    if (count > MESSAGES_MOST)
        count = MESSAGES_MOST;
    for (; sent < count; sent++) {
        ssize_t bytes = sendmsg(fd, &messages[sent].msg_hdr, flags);
        if (bytes < 0)
            break;
        messages[sent].msg_len = (unsigned)bytes;
    }
    return sent || !count ? (int)sent : -1;
}

EXPORTED int sendmmsg(int fd, struct mmsghdr *messages, unsigned count, int flags)
{
    if (UNLIKELY(descriptor_connection(fd) != NULL))
        return send_one_by_one(fd, messages, count, flags);
    int sent = next.sendmmsg(fd, messages, count, flags);
    for (int i = 0; i < sent && atomic_load(&connection_any); i++)
        (void)note_passed_on(&messages[i].msg_hdr, 0);
    return sent;
}
