/* SPDX-License-Identifier: MIT
 *
 * limit-per-run: 40s
 * The same as thread_parked_recv with the action left at auto: a BLOCKING receive is not a look at the
 * connection but a reader that waits for what another thread will ask. An eviction there gives it an
 * EOF that no peer sent, while the other thread is about to write.
 */
#include "thread_parked_recv.c"
