/* SPDX-License-Identifier: MIT
 *
 * See await.h.
 */
#include "repair/await.h"

#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <time.h>

#include "base/clock.h"
#include "base/sys.h"

static struct timespec time_until(uint64_t end_ns)
{
    uint64_t now_ns = clock_exact_ns();
    uint64_t left_ns = end_ns > now_ns ? end_ns - now_ns : 0;
    return (struct timespec){(time_t)(left_ns / 1000000000), (long)(left_ns % 1000000000)};
}

bool await_socket(int fd, short events, uint64_t end_ns)
{
    struct pollfd wanted = {.fd = fd, .events = events};
    long ready;
    do {
        struct timespec left = time_until(end_ns);
        ready = SYS_CALL(SYS_ppoll, &wanted, 1, &left, NULL, 0, 0);
    } while (ready == -EINTR);
    return ready > 0;
}
