/* SPDX-License-Identifier: MIT
 *
 * See tls_end.h. An alert of TLS 1.2 has its own record type; one of TLS 1.3 looks like application
 * data, but is 19 bytes long: 2, the true type, and the tag of 16 (RFC 8446 section 5.2; no cipher of
 * TLS 1.3 but the CCM_8 ones, which nobody offers by default, has a shorter tag). All alerts that a
 * resting connection can see end it: close_notify and the fatal ones.
 */
#include "connection/tls_end.h"

#include <sys/socket.h>

#include "base/sys.h"

enum { HEADER_BYTES = 5, ALERT = 21, APPLICATION = 23, ALERT_BYTES = 19, LOOK_BYTES = 2048 };

bool tls_ends_with_alert(const unsigned char *bytes, size_t count)
{
    bool alert = false;
    while (count >= HEADER_BYTES) {
        size_t length = (size_t)bytes[3] << 8 | bytes[4];
        alert = bytes[0] == ALERT || (bytes[0] == APPLICATION && length == ALERT_BYTES);
        if (bytes[1] != 3 || count - HEADER_BYTES < length)
            return false;
        bytes += HEADER_BYTES + length;
        count -= HEADER_BYTES + length;
    }
    return alert && !count;
}

static bool peer_has_ended(int fd)
{
    unsigned char bytes[LOOK_BYTES] = {0};
    long count = SYS_CALL(SYS_recvfrom, fd, bytes, sizeof bytes, MSG_PEEK | MSG_DONTWAIT, NULL,
                          NULL);
    return count > 0 && (size_t)count < sizeof bytes && tls_ends_with_alert(bytes, (size_t)count);
}

void tls_take_for_end(struct kernel_view *view)
{
    view->peer_closed = true;
    view->fin = true;
    view->quiet_ms = view->idle_ms;
}

void tls_note_end(int fd, struct kernel_view *view)
{
    if (view->unread_bytes && peer_has_ended(fd))
        tls_take_for_end(view);
}
