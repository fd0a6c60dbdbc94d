/* SPDX-License-Identifier: MIT
 *
 * Follows one head of each kind that real programs send (tests/unit/lib/recorded_heads.h) as a
 * connection does that needs no parser, COUNT times, and lets callgrind dump after each what it took:
 *
 *     heads COUNT
 *
 * Prints the length of each head and its sender. The first dump is that of nothing at all.
 */
#include <stdio.h>

#include "client.h"
#include "connection/plain.h"
#include "lib/recorded_heads.h"

static bool nothing(struct plain *plain, struct plain_left *left, const unsigned char *bytes,
                    size_t count)
{
    (void)plain, (void)left, (void)bytes, (void)count;
    return true;
}

typedef bool taker(struct plain *, struct plain_left *, const unsigned char *, size_t);

/* Not inlined, and called by address, so that the surroundings are the same for each. */
static __attribute__((noinline)) void take(taker *volatile *take_head, const char *text, bool is_response,
                                           int count)
{
    size_t length = strlen(text);
    while (count--) {
        struct plain plain = {.outstanding = is_response};
        struct plain_left left = {0};
        bool taken;
        CALLGRIND_TOGGLE_COLLECT;
        taken = (*take_head)(&plain, &left, (const unsigned char *)text, length);
        CALLGRIND_TOGGLE_COLLECT;
        if (!taken)
            errx(1, "declined: %s", text);
    }
}

int main(int words, char **arguments)
{
    int count = words == 2 ? atoi(arguments[1]) : 0;
    taker *volatile takers[] = {plain_http1_sent, plain_http1_received, nothing};
    take(&takers[2], "", false, count);
    CALLGRIND_DUMP_STATS_AT("nothing");
    for (size_t i = 0; i < sizeof recorded_heads / sizeof *recorded_heads; i++) {
        const struct recorded_head *head = &recorded_heads[i];
        const char *end = strstr(head->text, "\r\n\r\n") + strlen("\r\n\r\n");
        take(&takers[head->is_response], head->text, head->is_response, count);
        CALLGRIND_DUMP_STATS_AT(head->sender);
        printf("%d %s\n", (int)(end - head->text), head->sender);
    }
    return 0;
}
