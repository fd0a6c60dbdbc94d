/* SPDX-License-Identifier: MIT
 *
 * Descriptors over a UNIX socket (unix(7), SCM_RIGHTS), for the traps that pass connections on.
 */
#ifndef UNSTALE_TRAP_SCM_H
#define UNSTALE_TRAP_SCM_H

#include <string.h>
#include <sys/socket.h>

#include "trap.h"

union scm_room {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(sizeof(int))];
};

static inline void scm_send(int pair, int fd)
{
    union scm_room room = {0};
    char byte = 'x';
    struct iovec part = {&byte, 1};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = room.bytes,
                             .msg_controllen = sizeof room.bytes};
    room.header = (struct cmsghdr){.cmsg_len = CMSG_LEN(sizeof fd), .cmsg_level = SOL_SOCKET,
                                   .cmsg_type = SCM_RIGHTS};
    memcpy(CMSG_DATA(&room.header), &fd, sizeof fd);
    CHECK_EQUAL(sendmsg(pair, &message, MSG_NOSIGNAL), 1);
}

static inline int scm_receive(int pair)
{
    union scm_room room = {0};
    char byte;
    int fd = -1;
    struct iovec part = {&byte, 1};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = room.bytes,
                             .msg_controllen = sizeof room.bytes};
    CHECK_EQUAL(recvmsg(pair, &message, MSG_CMSG_CLOEXEC), 1);
    CHECK(CMSG_FIRSTHDR(&message) && room.header.cmsg_type == SCM_RIGHTS);
    memcpy(&fd, CMSG_DATA(&room.header), sizeof fd);
    return fd;
}

#endif
