/* SPDX-License-Identifier: MIT
 *
 * Durations as people write them: a number with a unit, "500ms", "3s", "1.5s", "2m", "1h".
 */
#ifndef UNSTALE_BASE_DURATION_H
#define UNSTALE_BASE_DURATION_H

#include <stdint.h>

#include "base/text.h"

/* The longest duration that is taken: 30 days. */
enum { DURATION_MOST_MS = 30 * 24 * 3600 * 1000U };

/* Reads `words` into *ms, 1 to DURATION_MOST_MS. 0, or -EINVAL with *problem saying what is wrong
 * and what is allowed. */
int duration_parse(const char *words, uint32_t *ms, struct text *problem);

#endif
