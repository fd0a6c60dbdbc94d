/* SPDX-License-Identifier: MIT
 *
 * Whether a TLS peer has said goodbye in what the program has not read yet. Many servers send their
 * close_notify and wait for ours before they close the socket, so there is no FIN to be seen.
 */
#ifndef UNSTALE_CONNECTION_TLS_END_H
#define UNSTALE_CONNECTION_TLS_END_H

#include <stdbool.h>
#include <stddef.h>

/* Pure: `bytes` begin with a record and end with an alert, and all of them are whole. */
bool tls_ends_with_alert(const unsigned char *bytes, size_t count);

/* The same for the unread bytes of `fd`, which stay unread. One system call. */
bool tls_peer_has_ended(int fd);

#endif
