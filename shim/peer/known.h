/* SPDX-License-Identifier: MIT
 *
 * Which peers have completed an exchange of HTTP or TLS with this process. A connection to one of
 * them on which no byte has moved may be taken for the same; one to an unknown peer could be anything
 * (an FTP data connection whose file begins like a request). Lock-free; forgets by being overwritten.
 */
#ifndef UNSTALE_PEER_KNOWN_H
#define UNSTALE_PEER_KNOWN_H

#include <stdbool.h>

#include "base/address.h"

void peer_note_known(const struct address *peer);
bool peer_is_known(const struct address *peer);

#endif
