/* SPDX-License-Identifier: MIT
 *
 * Whether the shim acts in this process. Set once by the constructor.
 */
#ifndef UNSTALE_DOORS_START_H
#define UNSTALE_DOORS_START_H

#include <stdbool.h>

#include "base/compiler.h"

/* False: nothing is ever tracked, and every door is one load and one branch. */
HIDDEN extern bool shim_active;

#endif
