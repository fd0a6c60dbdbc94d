/* SPDX-License-Identifier: MIT
 *
 * TLS records and ClientHellos, made up: only what a bystander can see is in them.
 */
#ifndef UNSTALE_TESTS_UNIT_RECORDS_H
#define UNSTALE_TESTS_UNIT_RECORDS_H

#include <stdbool.h>
#include <stddef.h>

enum { RECORD_CCS = 20, RECORD_ALERT = 21, RECORD_HANDSHAKE = 22, RECORD_APPLICATION = 23 };

/* Builds a flight of records in a static buffer: RECORDS({type, body bytes}, ...). */
struct record {
    unsigned type;
    size_t bytes;
};

struct flight {
    const unsigned char *bytes;
    size_t count;
};

struct flight flight_of(const struct record *records, size_t count);

#define RECORDS(...)                                                                               \
    flight_of((const struct record[]){__VA_ARGS__},                                                \
              sizeof((const struct record[]){__VA_ARGS__}) / sizeof(struct record))

/* A whole hello in one record. */
struct hello {
    const char *const *alpn; /* null: no ALPN extension; "" ends the list */
    const char *name;        /* server_name; null: none */
    bool server;             /* a ServerHello, not a ClientHello */
    bool tls12;              /* no word of TLS 1.3 */
    bool old;                /* no extensions at all */
    unsigned ticket;         /* bytes of the session that is to be resumed; 0: none */
    unsigned extra;          /* the type of one more extension; 0: none */
};

struct flight hello_of(struct hello hello);

#define ALPN(...) ((const char *const[]){__VA_ARGS__, ""})

#endif
