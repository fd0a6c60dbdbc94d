/* SPDX-License-Identifier: MIT
 *
 * See options.h. keepalive = T: after T of silence a probe; when three stay unanswered, T/3 apart, the
 * kernel ends the connection (tcp(7)). Options stay over a reconnect (DESIGN 3.1).
 */
#include "connection/options.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>

#include "base/compiler.h"
#include "base/sys.h"

enum { PROBES = 3, OPTIONS = 3 };

static const int names[OPTIONS] = {TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT};
static int defaults[OPTIONS];

static int get(int fd, int level, int name)
{
    int value = 0;
    uint32_t length = sizeof value;
    return sys_getsockopt(fd, level, name, &value, &length) == 0 ? value : -1;
}

static void set(int fd, int level, int name, int value)
{
    (void)SYS_CALL(SYS_setsockopt, fd, level, name, &value, sizeof value, 0);
}

void options_learn(void)
{
    long fd = SYS_CALL(SYS_socket, AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0, 0, 0, 0);
    if (fd < 0)
        fd = SYS_CALL(SYS_socket, AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0, 0, 0, 0);
    for (size_t i = 0; i < OPTIONS; i++)
        defaults[i] = fd < 0 ? -1 : get((int)fd, IPPROTO_TCP, names[i]);
    if (fd >= 0)
        sys_close((int)fd);
}

/* A program that only switches keepalive on has no wish of its own: the kernel's times are hours. */
static bool program_has_times(int fd)
{
    for (size_t i = 0; i < OPTIONS; i++)
        if (get(fd, IPPROTO_TCP, names[i]) != defaults[i])
            return true;
    return false;
}

static void apply_keepalive(int fd, uint32_t keepalive_ms)
{
    int idle_s = (int)(keepalive_ms / 1000);
    const int values[OPTIONS] = {idle_s, idle_s < PROBES ? 1 : idle_s / PROBES, PROBES};
    if (program_has_times(fd))
        return;
    for (size_t i = 0; i < OPTIONS; i++)
        set(fd, IPPROTO_TCP, names[i], values[i]);
    set(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
}

void options_apply(int fd, const struct peer_extras *extras)
{
    if (UNLIKELY(extras->keepalive_ms))
        apply_keepalive(fd, extras->keepalive_ms);
    if (UNLIKELY(extras->user_timeout_ms) && get(fd, IPPROTO_TCP, TCP_USER_TIMEOUT) == 0)
        set(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, (int)extras->user_timeout_ms);
}
