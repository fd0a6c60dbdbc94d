/* SPDX-License-Identifier: MIT
 *
 * See records.h.
 */
#include "lib/records.h"

#include <string.h>

struct builder {
    unsigned char bytes[32768];
    size_t count;
};

static void add_number(struct builder *builder, size_t number, size_t width)
{
    while (width--)
        builder->bytes[builder->count++] = (unsigned char)(number >> 8 * width);
}

static void add_bytes(struct builder *builder, const void *bytes, size_t count)
{
    memcpy(builder->bytes + builder->count, bytes, count);
    builder->count += count;
}

static void add_zeroes(struct builder *builder, size_t count)
{
    memset(builder->bytes + builder->count, 0, count);
    builder->count += count;
}

/* Writes the length of what follows `at` into the `width` bytes before it. */
static void patch_length(struct builder *builder, size_t at, size_t width)
{
    size_t end = builder->count;
    builder->count = at - width;
    add_number(builder, end - at, width);
    builder->count = end;
}

struct flight flight_of(const struct record *records, size_t count)
{
    static struct builder builder;
    builder.count = 0;
    for (size_t i = 0; i < count; i++) {
        add_number(&builder, records[i].type, 1);
        add_number(&builder, 0x0303, 2);
        add_number(&builder, records[i].bytes, 2);
        add_zeroes(&builder, records[i].bytes);
    }
    return (struct flight){builder.bytes, builder.count};
}

static void add_alpn(struct builder *builder, const char *const *names)
{
    add_number(builder, 16, 2);
    add_number(builder, 0, 2);
    size_t extension = builder->count;
    add_number(builder, 0, 2);
    size_t list = builder->count;
    for (; **names; names++) {
        add_number(builder, strlen(*names), 1);
        add_bytes(builder, *names, strlen(*names));
    }
    patch_length(builder, list, 2);
    patch_length(builder, extension, 2);
}

static void add_name(struct builder *builder, const char *name)
{
    size_t length = strlen(name);
    add_number(builder, 0, 2);
    add_number(builder, length + 5, 2);
    add_number(builder, length + 3, 2);
    add_number(builder, 0, 1);
    add_number(builder, length, 2);
    add_bytes(builder, name, length);
}

/* supported_versions: what a client offers, or the one that a server chose. */
static void add_versions(struct builder *builder, bool server)
{
    add_number(builder, 43, 2);
    add_number(builder, server ? 2 : 5, 2);
    if (!server)
        add_bytes(builder, "\x04\x03\x03", 3);
    add_number(builder, 0x0304, 2);
}

/* pre_shared_key: one identity with its age and binder, or the choice of it. The last extension. */
static void add_ticket(struct builder *builder, unsigned bytes, bool server)
{
    add_number(builder, 41, 2);
    add_number(builder, 0, 2);
    size_t extension = builder->count;
    if (server) {
        add_number(builder, 0, 2);
    } else {
        add_number(builder, bytes + 6, 2);
        add_number(builder, bytes, 2);
        add_zeroes(builder, bytes + 4);
        add_number(builder, 33, 2);
        add_number(builder, 32, 1);
        add_zeroes(builder, 32);
    }
    patch_length(builder, extension, 2);
}

static void add_extensions(struct builder *builder, const struct hello *hello)
{
    add_number(builder, 0, 2);
    size_t extensions = builder->count;
    add_bytes(builder, "\x00\x0b\x00\x04h2h2", 8); /* names in a place where they are none */
    if (hello->name)
        add_name(builder, hello->name);
    if (hello->extra) {
        add_number(builder, hello->extra, 2);
        add_bytes(builder, "\x00\x00", 2);
    }
    if (hello->alpn)
        add_alpn(builder, hello->alpn);
    if (!hello->tls12)
        add_versions(builder, hello->server);
    if (hello->ticket)
        add_ticket(builder, hello->ticket, hello->server);
    patch_length(builder, extensions, 2);
}

static void add_suites(struct builder *builder, bool server)
{
    if (server)
        add_bytes(builder, "\x13\x01\x00", 3); /* with the compression method */
    else
        add_bytes(builder, "\x00\x04\x13\x01\x13\x02\x01\x00", 8);
}

struct flight hello_of(struct hello hello)
{
    static struct builder builder;
    builder.count = 0;
    add_bytes(&builder, "\x16\x03\x01\x00\x00", 5);
    size_t record = builder.count;
    add_number(&builder, hello.server ? 2 : 1, 1);
    add_number(&builder, 0, 3);
    size_t handshake = builder.count;
    add_number(&builder, 0x0303, 2);
    add_bytes(&builder, "random number of 32 bytes, about", 32);
    add_number(&builder, 32, 1); /* session id */
    add_zeroes(&builder, 32);
    add_suites(&builder, hello.server);
    if (!hello.old)
        add_extensions(&builder, &hello);
    patch_length(&builder, handshake, 3);
    patch_length(&builder, record, 2);
    return (struct flight){builder.bytes, builder.count};
}
