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

/* A whole ClientHello record with the ALPN protocols `names` (null: no ALPN extension; "" ends the
 * list), or without any extensions at all. */
struct flight hello_of(const char *const *names, bool extensions);

#endif
