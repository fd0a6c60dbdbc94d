/* SPDX-License-Identifier: MIT
 *
 * See tls_hello.h. A hello is a row of numbers and of bytes to step over: each step reads one number,
 * and what it says leads to the next step. Every byte is counted against the length of the message,
 * and of the extension, so a length that lies makes the hello broken.
 */
#include "connection/tls_hello.h"

#include <string.h>

enum step {
    MESSAGE, /* type and length */
    RANDOM,  /* its beginning */
    SESSION,
    SUITE,       /* that the server chose, and its compression */
    SUITES,      /* that the client offers */
    COMPRESSION, /* methods that the client offers */
    EXTENSIONS,
    EXTENSION_TYPE,
    EXTENSION_BODY,
    IN_EXTENSION,
    VERSION = IN_EXTENSION, /* supported_versions: the one that the server chose */
    PROTOCOLS,              /* application_layer_protocol_negotiation: the list's length */
    PROTOCOL_LENGTH,        /* of one name */
    PROTOCOL_NAME,
    SERVER_NAME, /* server_name: the list's length, the name's type and its length */
    TICKET,      /* pre_shared_key: the list's length, and that of the first identity */
};

enum { CLIENT_HELLO = 1, SERVER_HELLO = 2, TLS_1_3 = 0x0304, VERSION_BYTES = 2 };
enum { NAME_EXTENSION = 0, ALPN_EXTENSION = 16, PSK_EXTENSION = 41, VERSIONS_EXTENSION = 43 };
enum { RENEGOTIATION_INFO = 0xff01, PROTOCOL_MOST_BYTES = 8, REST_OF_RANDOM = 24 };

#define NAME_H2 0x6832U
#define NAME_HTTP11 0x687474702f312e31U
#define NAME_HTTP10 0x687474702f312e30U

void tls_hello_begin(struct tls_hello *hello, bool server)
{
    *hello = (struct tls_hello){.server = server, .left = 4};
}

/* How many bytes the number of a step has. */
static unsigned width(const struct tls_hello *hello)
{
    static const uint8_t widths[] = {
        [MESSAGE] = 4,     [RANDOM] = 8,         [SESSION] = 1,        [SUITE] = 3,
        [SUITES] = 2,      [COMPRESSION] = 1,    [EXTENSIONS] = 2,     [VERSION] = 2,
        [PROTOCOLS] = 2,   [EXTENSION_TYPE] = 2, [EXTENSION_BODY] = 2, [PROTOCOL_LENGTH] = 1,
        [SERVER_NAME] = 5, [TICKET] = 4,
    };
    return hello->step == PROTOCOL_NAME ? hello->protocol_bytes : widths[hello->step];
}

static void go(struct tls_hello *hello, enum step step, uint16_t skip)
{
    hello->step = (uint8_t)step;
    hello->skip = skip;
}

/* On to the next extension, past what is left of this one. */
static void leave_extension(struct tls_hello *hello)
{
    go(hello, EXTENSION_TYPE, hello->body);
}

/* Extensions that a server answers in its EncryptedExtensions with nothing, or at a length that is
 * known, or not at all (RFC 8446 section 4.2). GREASE (RFC 8701) is never answered. */
static bool is_familiar(unsigned type)
{
    static const uint8_t familiar[] = {0,  5,  10, 11, 13, 16, 17, 18, 21, 22, 23,
                                       27, 35, 41, 42, 43, 44, 45, 47, 49, 50, 51};
    bool grease = (type & 0x0f0f) == 0x0a0a && type >> 8 == (type & 0xff);
    return type == RENEGOTIATION_INFO || grease ||
           (type <= UINT8_MAX && memchr(familiar, (int)type, sizeof familiar));
}

static void enter_extension(struct tls_hello *hello)
{
    hello->resumed |= hello->server && hello->extension == PSK_EXTENSION;
    if (hello->extension == ALPN_EXTENSION)
        go(hello, PROTOCOLS, 0);
    else if (hello->extension == VERSIONS_EXTENSION && hello->server)
        go(hello, VERSION, 0);
    else if (hello->extension == NAME_EXTENSION && !hello->server)
        go(hello, SERVER_NAME, 0);
    else if (hello->extension == PSK_EXTENSION && !hello->server)
        go(hello, TICKET, 0);
    else
        leave_extension(hello);
}

static void note_protocol(struct tls_hello *hello)
{
    if (hello->number == NAME_H2)
        hello->alpn |= ALPN_HTTP2;
    else if (hello->number == NAME_HTTP11 || hello->number == NAME_HTTP10)
        hello->alpn |= ALPN_HTTP1;
    else
        hello->alpn |= ALPN_OTHER;
}

static void next_protocol(struct tls_hello *hello)
{
    if (hello->body)
        go(hello, PROTOCOL_LENGTH, 0);
    else
        leave_extension(hello);
}

static void enter_protocol(struct tls_hello *hello, uint16_t length)
{
    hello->protocol_bytes = (uint8_t)length;
    if (length && length <= PROTOCOL_MOST_BYTES) {
        go(hello, PROTOCOL_NAME, 0);
        return;
    }
    hello->alpn |= ALPN_OTHER;
    leave_extension(hello);
}

/* The number in the body of an extension is known. `rest` are the bytes behind it. */
static void step_in_extension(struct tls_hello *hello, const struct tls_name *rest,
                              struct tls_name *name)
{
    uint16_t number = (uint16_t)hello->number;
    switch (hello->step) {
    case PROTOCOL_NAME:
        note_protocol(hello);
        /* fall through */
    case PROTOCOLS:
        next_protocol(hello);
        break;
    case PROTOCOL_LENGTH:
        enter_protocol(hello, number);
        break;
    case VERSION:
        hello->tls13 = number == TLS_1_3;
        leave_extension(hello);
        break;
    case TICKET:
        hello->ticket_bytes = number;
        leave_extension(hello);
        break;
    default: /* SERVER_NAME */
        hello->name_bytes = number;
        if (number <= rest->count && number <= hello->body)
            *name = (struct tls_name){rest->bytes, number};
        leave_extension(hello);
    }
}

/* The number outside of any extension is known. False when it cannot be. */
static bool step_in_message(struct tls_hello *hello)
{
    uint16_t number = (uint16_t)hello->number;
    switch (hello->step) {
    case MESSAGE:
        hello->left = hello->number & 0xffffff;
        go(hello, RANDOM, VERSION_BYTES);
        return hello->number >> 24 == (hello->server ? SERVER_HELLO : CLIENT_HELLO);
    case RANDOM:
        hello->random = hello->number;
        go(hello, SESSION, REST_OF_RANDOM);
        return true;
    case SESSION:
        go(hello, hello->server ? SUITE : SUITES, number);
        return true;
    case SUITE:
    case COMPRESSION:
        go(hello, EXTENSIONS, hello->server ? 0 : number);
        return true;
    case SUITES:
        go(hello, COMPRESSION, number);
        return true;
    case EXTENSIONS:
        go(hello, EXTENSION_TYPE, 0);
        return number == hello->left;
    case EXTENSION_TYPE:
        hello->extension = number;
        hello->strange |= !is_familiar(number);
        go(hello, EXTENSION_BODY, 0);
        return true;
    default: /* EXTENSION_BODY */
        hello->body = number;
        enter_extension(hello);
        return true;
    }
}

/* Counts `count` bytes as gone by. False when there cannot be so many. */
static bool pass(struct tls_hello *hello, size_t count)
{
    bool inside = hello->step >= IN_EXTENSION;
    if (count > hello->left || (inside && count > hello->body))
        return false;
    hello->left -= (uint32_t)count;
    if (inside)
        hello->body = (uint16_t)(hello->body - count);
    return true;
}

/* Reads one byte of a number. False when the hello is broken. */
static bool read_byte(struct tls_hello *hello, const struct tls_name *rest, struct tls_name *name)
{
    bool good = true;
    hello->number = hello->number << 8 | rest->bytes[-1];
    if (!pass(hello, 1))
        return false;
    if (++hello->have < width(hello))
        return true;
    if (hello->step >= IN_EXTENSION)
        step_in_extension(hello, rest, name);
    else
        good = step_in_message(hello);
    hello->have = 0;
    hello->number = 0;
    return good;
}

/* A hello ends where the next extension would begin; an old one has none at all. */
static enum hello_end end_of(const struct tls_hello *hello)
{
    bool may_end = hello->step == EXTENSION_TYPE || hello->step == EXTENSIONS;
    if (hello->left)
        return HELLO_MORE;
    return may_end && !hello->have && !hello->skip ? HELLO_WHOLE : HELLO_BROKEN;
}

enum hello_end tls_hello_feed(struct tls_hello *hello, const unsigned char *bytes, size_t count,
                              struct tls_name *name)
{
    while (count && hello->left) {
        size_t step = hello->skip < count ? hello->skip : count;
        if (step) {
            hello->skip = (uint16_t)(hello->skip - step);
            if (!pass(hello, step))
                return HELLO_BROKEN;
        } else {
            struct tls_name rest = {bytes + 1, count - 1};
            step = 1;
            if (!read_byte(hello, &rest, name))
                return HELLO_BROKEN;
        }
        bytes += step;
        count -= step;
    }
    return end_of(hello);
}
