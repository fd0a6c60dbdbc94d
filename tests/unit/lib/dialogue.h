/* SPDX-License-Identifier: MIT
 *
 * Plays what a client and a server say to each other into a framing, and checks after each step where
 * the framing says that the connection stands. Each dialogue is played whole, byte by byte, and with
 * every step cut in two at every place: the answers must be the same, and inside a step the framing
 * may not once say BETWEEN.
 */
#ifndef UNSTALE_TESTS_UNIT_DIALOGUE_H
#define UNSTALE_TESTS_UNIT_DIALOGUE_H

#include "connection/followed.h"

struct step {
    char direction; /* '>' from the client, '<' from the server */
    const char *bytes;
    enum framing after;
    size_t count; /* 0: bytes is a string */
};

#define SAYS(words, framing) {'>', words, FRAMING_##framing, 0}
#define HEARS(words, framing) {'<', words, FRAMING_##framing, 0}

void play(enum protocol protocol, const char *name, const struct step *steps, size_t count);

#define PLAY(protocol, ...)                                                                        \
    do {                                                                                           \
        static const struct step played[] = {__VA_ARGS__};                                         \
        play(protocol, __func__, played, sizeof played / sizeof played[0]);                        \
    } while (0)

/* Plays an HTTP/1 dialogue whole and hands out the framing, to look at `closing` and `bound`. */
const struct http1 *play_http1(const struct step *steps, size_t count);

#define PLAYED_HTTP1(...)                                                                          \
    play_http1((const struct step[]){__VA_ARGS__},                                                 \
               sizeof((const struct step[]){__VA_ARGS__}) / sizeof(struct step))

#endif
