/* SPDX-License-Identifier: MIT
 *
 * See kernel.h. tcpi_bytes_received counts a received FIN as one byte (tcp_rcv_nxt_update in
 * net/ipv4/tcp_input.c), but not when an RST came instead; tcpi_bytes_sent counts retransmitted
 * bytes again.
 */
#include "connection/kernel.h"

#include <errno.h>
#include <linux/kcmp.h>
#include <linux/sockios.h>
#include <linux/tcp.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>

#include "base/sys.h"
#include "base/text.h"

#ifndef SO_COOKIE
#define SO_COOKIE 57
#endif

/* include/net/tcp_states.h; <netinet/tcp.h> has them, but does not go with <linux/tcp.h>. */
enum {
    STATE_ESTABLISHED = 1,
    STATE_SYN_SENT,
    STATE_SYN_RECV,
    STATE_FIN_WAIT1,
    STATE_FIN_WAIT2,
    STATE_TIME_WAIT,
    STATE_CLOSE,
    STATE_CLOSE_WAIT,
    STATE_LAST_ACK,
    STATE_LISTEN,
    STATE_CLOSING,
};

static void read_state(const struct tcp_info *info, struct kernel_view *view)
{
    unsigned state = info->tcpi_state;
    bool moved = info->tcpi_bytes_acked || info->tcpi_bytes_received;
    bool reset = state == STATE_CLOSE && moved;
    view->connecting = state == STATE_SYN_SENT || state == STATE_SYN_RECV ||
                       (state == STATE_CLOSE && !moved);
    view->fin = state == STATE_CLOSE_WAIT;
    view->peer_closed = view->fin || reset;
    view->open = state == STATE_ESTABLISHED || view->peer_closed;
    view->half_closed = state == STATE_FIN_WAIT1 || state == STATE_FIN_WAIT2 ||
                        state == STATE_TIME_WAIT || state == STATE_LAST_ACK ||
                        state == STATE_CLOSING;
}

/* How much of what has arrived is unread. Where the kernel does not tell, everything is. */
static uint32_t ask_unread(int fd, uint64_t arrived, uint64_t expected)
{
    int unread = 0;
    if (arrived == expected)
        return 0;
    if (sys_ioctl(fd, SIOCINQ, &unread) < 0 || unread < 0)
        return UINT32_MAX;
    return (uint32_t)unread;
}

static void read_bytes(int fd, const struct tcp_info *info, uint64_t expected,
                       struct kernel_view *view)
{
    bool fin = info->tcpi_state == STATE_CLOSE_WAIT || info->tcpi_state == STATE_LAST_ACK;
    uint64_t arrived = info->tcpi_bytes_received;
    if (fin && arrived)
        arrived--;
    view->unread_bytes = ask_unread(fd, arrived, expected);
    view->received_bytes = arrived > view->unread_bytes ? arrived - view->unread_bytes : 0;
    view->unsent_bytes = info->tcpi_unacked + info->tcpi_notsent_bytes;
    view->sent_bytes = info->tcpi_bytes_sent - info->tcpi_bytes_retrans + info->tcpi_notsent_bytes;
}

bool kernel_ask(int fd, uint64_t expected_bytes, struct kernel_view *view)
{
    struct tcp_info info = {0};
    uint32_t length = sizeof info;
    if (sys_getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length) < 0)
        return false;
    if (length < offsetof(struct tcp_info, tcpi_bytes_retrans) + sizeof info.tcpi_bytes_retrans)
        return false;
    /* Ages have the resolution of the kernel's tick: of equal ones either may be the younger. */
    bool inbound = info.tcpi_last_data_recv < info.tcpi_last_data_sent;
    *view = (struct kernel_view){
        .idle_ms = inbound ? info.tcpi_last_data_recv : info.tcpi_last_data_sent,
        .last_inbound = inbound,
        .resent = info.tcpi_retransmits || info.tcpi_backoff,
        .quiet_ms = info.tcpi_last_ack_recv,
        .rtt_us = info.tcpi_rtt,
        .rttvar_us = info.tcpi_rttvar,
    };
    read_state(&info, view);
    read_bytes(fd, &info, expected_bytes, view);
    return true;
}

static bool same_peer(int fd, const struct connection *connection)
{
    struct sockaddr_storage name;
    uint32_t length = sizeof name;
    struct address peer;
    int result = sys_getpeername(fd, &name, &length);
    if (result == -ENOTCONN) /* after an RST, or our own disconnect */
        return true;
    return result == 0 && address_from_socket((struct sockaddr *)&name, length, &peer) &&
           address_equal(&peer, &connection->address);
}

bool kernel_identifies(int fd, struct connection *connection)
{
    uint64_t cookie = 0;
    uint32_t length = sizeof cookie;
    uint64_t known = atomic_load(&connection->cookie);
    if (sys_getsockopt(fd, SOL_SOCKET, SO_COOKIE, &cookie, &length) < 0 || !cookie)
        return false;
    if (known)
        return known == cookie;
    if (!same_peer(fd, connection))
        return false;
    atomic_store(&connection->cookie, cookie);
    return true;
}

static bool is_epoll(int fd)
{
    static const char is[] = "anon_inode:[eventpoll]";
    struct text path;
    char found[sizeof is];
    text_clear(&path);
    text_add(&path, "/proc/self/fd/");
    text_add_number(&path, (uint64_t)fd);
    long length = SYS_CALL(SYS_readlinkat, -100 /* AT_FDCWD */, path.bytes, found, sizeof found, 0,
                           0);
    return length == sizeof is - 1 && memcmp(found, is, sizeof is - 1) == 0;
}

bool kernel_has_in_set(int fd, int set)
{
    struct kcmp_epoll_slot place = {.efd = (uint32_t)set, .tfd = (uint32_t)fd};
    int self = sys_getpid();
    long answer = SYS_CALL(SYS_kcmp, self, self, KCMP_EPOLL_TFD, fd, &place, 0);
    bool silent = answer == -EPERM || answer == -EACCES || answer == -ENOSYS;
    return silent ? is_epoll(set) : answer == 0;
}
