/* SPDX-License-Identifier: MIT
 *
 * Where a connection stands in its exchange, as the framing of any protocol says it.
 */
#ifndef UNSTALE_CONNECTION_FRAMING_H
#define UNSTALE_CONNECTION_FRAMING_H

enum framing {
    FRAMING_OPEN,    /* a request has begun and is not complete */
    FRAMING_AWAIT,   /* it is complete; a response is outstanding, or may be */
    FRAMING_BETWEEN, /* every request has its whole response */
    FRAMING_OPAQUE,  /* not to be followed any more: pass for ever */
};

#endif
