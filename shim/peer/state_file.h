/* SPDX-License-Identifier: MIT
 *
 * The state file's layout (state.h): a table of STATE_PEERS records behind a head of the same size; a
 * peer stands in one of the eight places from its hash on. A record is read and written whole by one
 * system call and carries its own checksum. Async-signal-safe; errors are negative errnos.
 */
#ifndef UNSTALE_PEER_STATE_FILE_H
#define UNSTALE_PEER_STATE_FILE_H

#include "peer/evidence.h"

struct state_record {
    uint8_t bytes[16]; /* of the address */
    uint32_t scope;
    uint16_t port;
    uint16_t zero;
    struct evidence_summary summary;
    uint64_t written_s; /* CLOCK_REALTIME */
    uint64_t checksum;  /* of all before it; never 0 */
};

/* Opens the file that the settings name. `make`: makes it, if need be, and for writing. */
int state_file_open(bool make);

/* What is wrong with the file, as the end of a sentence; null: nothing. An empty one gets its head, if
 * it was opened for writing. */
const char *state_file_fault(int fd);

/* Finds what stands there for the address in *record and is not too old. */
bool state_file_find(int fd, struct state_record *record);

/* Writes down *record, whose time and checksum are set here. */
void state_file_write(int fd, struct state_record *record);

/* CLOCK_REALTIME in seconds. */
uint64_t state_file_now_s(void);

#endif
