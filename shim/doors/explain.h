/* SPDX-License-Identifier: MIT
 *
 * What `unstale explain HOST:PORT` prints. Not for a program that is to go on.
 */
#ifndef UNSTALE_DOORS_EXPLAIN_H
#define UNSTALE_DOORS_EXPLAIN_H

/* Prints to standard output which setting holds for connections to `peer`, and where it comes from.
 * The settings are loaded and the next functions resolved. */
void explain_peer(const char *peer);

#endif
