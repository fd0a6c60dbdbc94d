/* SPDX-License-Identifier: MIT
 *
 * Memory for what may be secret: locked (never written to swap), left out of core dumps, empty in a
 * fork child, and wiped when it is given back. Where the kernel grants less, there is none.
 * Lock-free and async-signal-safe, no malloc; the memory stays mapped.
 */
#ifndef UNSTALE_CONNECTION_VAULT_H
#define UNSTALE_CONNECTION_VAULT_H

#include <stddef.h>
#include <stdint.h>

enum { VAULT_BOX_BYTES = 2048 - sizeof(uint64_t), VAULT_BOXES_MOST = 1024 };

/* A box of VAULT_BOX_BYTES zero bytes; 0 when there is none left, the kernel does not lock more memory
 * for this process (RLIMIT_MEMLOCK), or this memory is another process's. */
uint64_t vault_take(void);

/* Its memory. Null for 0, and in a fork child, which the contents are kept from. */
void *vault_open(uint64_t box);

/* Wipes it and gives it back. 0 is allowed. */
void vault_give(uint64_t box);

/* In a new fork child: starts over, with nothing in it. */
void vault_forget(void);

#endif
