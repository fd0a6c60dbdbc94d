/* SPDX-License-Identifier: MIT
 *
 * What shows a peer's own timeout. All zero bytes: nothing is known yet.
 */
#ifndef UNSTALE_PEER_EVIDENCE_H
#define UNSTALE_PEER_EVIDENCE_H

struct evidence {
};

#endif
