/* SPDX-License-Identifier: MIT
 *
 * What was learned of peers, shared between processes and kept over restarts, in the file that the
 * setting `state` names. Each record is read and written whole by one system call and carries its own
 * checksum: one that a crash or two writers at once have torn is ignored until it is written again.
 *
 * The file is opened for each use and not mapped: a file that someone truncates under a mapping ends
 * every process that looks at it (SIGBUS). Async-signal-safe; without the setting nothing is done.
 */
#ifndef UNSTALE_PEER_STATE_H
#define UNSTALE_PEER_STATE_H

#include "peer/evidence.h"
#include "peer/peer.h"

/* So many peers have room; of eight in one place the one written longest ago leaves first. */
enum { STATE_PEERS = 1024, STATE_KEPT_S = 7 * 24 * 3600 };

/* Opens the file, or makes it (mode 0600), and looks whether it is ours. If it is not, says so in one
 * line and leaves it alone from then on. Called by the constructor. */
void state_start(void);

/* Takes over what is known of a peer that this process knows nothing of; asked again after a while. */
void state_load(struct peer *peer);

/* For people: what the file that is set says of an address, and how old that is; the file is not made.
 * Null: it is there. Else why not, as the end of a sentence. */
const char *state_look(const struct address *address, struct evidence_summary *summary,
                       uint64_t *age_s);

/* Writes down what this process knows of the peer, if that has changed. */
void state_save(struct peer *peer);

#endif
