/* SPDX-License-Identifier: MIT
 *
 * limit-per-run: 60s
 * settings: UNSTALE_ACTION=reconnect
 * Parked in poll() and, every other time, in ppoll() while another thread's requests reconnect.
 */
#include <poll.h>
#include <time.h>

#include "thread_parked.h"

static bool wait_for_it(int fd)
{
    static unsigned turn;
    struct timespec wait = {0, 100000000};
    struct pollfd one = {.fd = fd, .events = POLLIN | POLLRDHUP};
    int ready = turn++ % 2 ? poll(&one, 1, 100) : ppoll(&one, 1, &wait, NULL);
    CHECK(ready >= 0);
    if (one.revents & ~POLLIN)
        trap_fail(__FILE__, __LINE__, "events %#x", (unsigned)one.revents);
    return ready && one.revents & POLLIN;
}

int main(void)
{
    parked_try(NULL, wait_for_it);
}
