/* SPDX-License-Identifier: MIT
 *
 * Whether a TLS peer has said goodbye in what the program has not read yet. Many servers send their
 * close_notify and wait for ours before they close the socket, so there is no FIN to be seen.
 */
#ifndef UNSTALE_CONNECTION_TLS_END_H
#define UNSTALE_CONNECTION_TLS_END_H

#include <stdbool.h>
#include <stddef.h>

#include "connection/kernel.h"

/* Pure: `bytes` begin with a record and end with an alert, and all of them are whole. */
bool tls_ends_with_alert(const unsigned char *bytes, size_t count);

/* What the kernel says of `fd`, a connection of TLS at rest, with that in mind: if what is unread ends
 * with an alert, which stays unread, the peer closed it when that came. One system call, where
 * something is unread. */
void tls_note_end(int fd, struct kernel_view *view);

/* The same where it is known that the last bytes were an alert of the peer. */
void tls_take_for_end(struct kernel_view *view);

#endif
