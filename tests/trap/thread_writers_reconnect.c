/* SPDX-License-Identifier: MIT
 *
 * limit-per-run: 40s
 * settings: UNSTALE_ACTION=reconnect
 * The same as thread_writers with the action set to reconnect, which asks for fewer reasons.
 */
#include "thread_writers.c"
