/* SPDX-License-Identifier: MIT
 *
 * See resp.h.
 */
#include "connection/resp.h"

#include <string.h>

enum { BULK_MOST = 1 << 30, ELEMENTS_MOST = 1 << 24 };

/* An element is complete: so may be the arrays that it ends, and then the message. */
static bool ends_message(struct resp *resp)
{
    resp->state = RESP_AT_TYPE;
    while (resp->depth) {
        if (--resp->left[resp->depth - 1])
            return false;
        resp->depth--;
    }
    return true;
}

/* Opens an array of `count` elements. True when that ends a message, as an empty one may. */
static bool open_array(struct resp *resp, uint64_t count)
{
    if (!count)
        return ends_message(resp);
    if (resp->depth == RESP_NESTING_MOST || count > ELEMENTS_MOST)
        resp->bad = true;
    else
        resp->left[resp->depth++] = (uint32_t)count;
    resp->state = RESP_AT_TYPE;
    return false;
}

/* The number of an element stands: what comes next? True when it ends a message. */
static bool number_ends(struct resp *resp)
{
    bool none = resp->negative; /* "$-1", "*-1": null */
    if (!resp->any_digit || resp->number > BULK_MOST)
        resp->bad = true;
    if (none)
        return ends_message(resp);
    switch (resp->type) {
    case '*':
    case '~':
        return open_array(resp, resp->number);
    case '%':
        return open_array(resp, resp->number * 2);
    default:
        resp->skip = resp->number + 2;
        resp->state = RESP_IN_BULK;
        return false;
    }
}

static void begin_element(struct resp *resp, unsigned char type)
{
    static const char with_line[] = "+-:_,#(";
    static const char with_number[] = "$=!*~%";
    resp->type = type;
    resp->number = 0;
    resp->negative = resp->any_digit = false;
    if (type && strchr(with_number, type))
        resp->state = RESP_IN_NUMBER;
    else if (type && strchr(with_line, type))
        resp->state = RESP_IN_LINE;
    else /* a push ('>') comes unasked; an attribute ('|') precedes a reply; else no RESP */
        resp->bad = true;
}

static void in_number(struct resp *resp, unsigned char byte)
{
    if (byte >= '0' && byte <= '9') {
        resp->any_digit = true;
        if (resp->number <= BULK_MOST)
            resp->number = resp->number * 10 + (byte - '0');
    } else if (byte == '-' && !resp->any_digit) {
        resp->negative = true;
    } else if (byte == '\r') {
        resp->state = RESP_NUMBER_END;
    } else {
        resp->bad = true;
    }
}

bool resp_step(struct resp *resp, unsigned char byte)
{
    switch (resp->state) {
    case RESP_AT_TYPE:
        begin_element(resp, byte);
        return false;
    case RESP_IN_NUMBER:
        in_number(resp, byte);
        return false;
    case RESP_NUMBER_END:
        if (byte == '\n')
            return number_ends(resp);
        resp->bad = true;
        return false;
    case RESP_IN_LINE:
        if (byte == '\r')
            resp->state = RESP_LINE_END;
        return false;
    default: /* RESP_LINE_END */
        if (byte == '\n')
            return ends_message(resp);
        resp->bad = true;
        return false;
    }
}

bool resp_ends_bulk(struct resp *resp)
{
    return ends_message(resp);
}
