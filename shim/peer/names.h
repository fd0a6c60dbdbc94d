/* SPDX-License-Identifier: MIT
 *
 * Which host names the program has resolved to which addresses: 256 sets of 8, by address; of the
 * names of one set the one that was resolved longest ago leaves first. Nothing expires: programs
 * cache what they resolved for as long as they like. An address that was never resolved here (a resolver
 * of the program's own, an address in its settings) goes by the names that it is called in TLS.
 *
 * names_note() is for the doors of the resolver, which are not async-signal-safe; it may wait for
 * another thread that is in it. Reading is lock-free and async-signal-safe.
 */
#ifndef UNSTALE_PEER_NAMES_H
#define UNSTALE_PEER_NAMES_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/address.h"
#include "base/compiler.h"
#include "base/peer_pattern.h"

enum { NAMES_OF_ADDRESS_MOST = 8 };

/* A name in the table, for as long as it stays there; 0: none. */
typedef uint64_t name_reference;

struct resolved_name {
    name_reference reference;
    uint64_t when; /* greater: resolved later */
    bool own;      /* among the latest names that this very thread has resolved */
    char words[HOST_NAME_MOST_BYTES + 1];
};

/* The program has resolved `name` to `address` (whose port does not count). Numeric names are no
 * names. */
void names_note(const char *name, const struct address *address);

/* The program has called `address` by a name of `bytes` bytes, not terminated, in a ClientHello (RFC 6066
 * section 3). Counts where it has resolved no name to that address. Async-signal-safe: gives way to
 * another writer. */
void names_note_called(const char *name, size_t bytes, const struct address *address);

/* True once any name was noted. */
HIDDEN extern _Atomic bool names_any;

/* The `index`th (0 to NAMES_OF_ADDRESS_MOST - 1) place for names of that address. False: empty. */
bool names_read(const struct address *address, unsigned index, struct resolved_name *name);

/* The words of a name that may be gone by now: then false. */
bool names_recall(name_reference reference, struct resolved_name *name);

/* In a new fork child: drops what another thread was just writing. */
void names_after_fork(void);

#endif
