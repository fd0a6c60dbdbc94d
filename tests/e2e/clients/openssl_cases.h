/* SPDX-License-Identifier: MIT
 *
 * What a program may do with its SSL object, by name (openssl_uses.c), and the object that it is done to
 * (openssl_cases.c).
 */
#ifndef OPENSSL_CASES_H
#define OPENSSL_CASES_H

#include <openssl/ssl.h>

extern SSL *ssl;
extern int fd;
extern BIO *network; /* the far end of a memory BIO pair, if there is one */

struct use {
    const char *name;
    void (*before)(void); /* the handshake */
    void (*after)(void);  /* the first exchange */
};

/* NULL: there is none of this name. */
const struct use *use_of(const char *name);

#endif
