/* SPDX-License-Identifier: MIT
 *
 * limit-per-run: 60s
 * settings: UNSTALE_ACTION=reconnect
 * Parked in select() and, every other time, in pselect() while another thread's requests reconnect.
 * select() has no word for HUP: it calls the connection readable, and a non-blocking receive would
 * find nothing there, an EOF or an error.
 */
#include <errno.h>
#include <sys/select.h>
#include <sys/socket.h>

#include "thread_parked.h"

static bool wait_for_it(int fd)
{
    static unsigned turn;
    struct timeval time = {0, 100000};
    struct timespec wait = {0, 100000000};
    char byte;
    fd_set readable, other;
    FD_ZERO(&readable);
    FD_ZERO(&other);
    FD_SET(fd, &readable);
    FD_SET(fd, &other);
    int ready = turn++ % 2 ? select(fd + 1, &readable, NULL, &other, &time)
                           : pselect(fd + 1, &readable, NULL, &other, &wait, NULL);
    CHECK(ready >= 0);
    CHECK(!FD_ISSET(fd, &other));
    if (!ready)
        return false;
    ssize_t there = recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (there != 1)
        trap_fail(__FILE__, __LINE__, "readable, but a peek gives %zd", there);
    return true;
}

int main(void)
{
    parked_try(NULL, wait_for_it);
}
