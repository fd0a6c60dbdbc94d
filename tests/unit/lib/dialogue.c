/* SPDX-License-Identifier: MIT
 *
 * See dialogue.h. Bytes are fed from a heap block of their exact size, so that the address sanitizer
 * sees a framing that reads on behind them.
 */
#include "lib/dialogue.h"

#include "unit.h"

enum { CHUNK_WHOLE = 0 };

static const char *const framing_names[] = {"OPEN", "AWAIT", "BETWEEN", "OPAQUE"};

static size_t length_of(const struct step *step)
{
    return step->count ? step->count : strlen(step->bytes);
}

static enum framing feed(const struct follower *follower, struct followed *followed, char direction,
                         const char *bytes, size_t count)
{
    unsigned char *copy = malloc(count);
    memcpy(copy, bytes, count);
    enum framing framing =
        (direction == '>' ? follower->sent : follower->received)(followed, copy, count);
    free(copy);
    return framing;
}

static void expect(const char *name, size_t step, size_t at, enum framing is, enum framing wanted)
{
    if (is == wanted)
        return;
    print_error("%s: step %zu, byte %zu: %s, not %s\n", name, step, at, framing_names[is],
                framing_names[wanted]);
    fail();
}

/* One step, in pieces that end at the multiples of `piece` and at `cut`. */
static void play_step(const struct follower *follower, struct followed *followed, const char *name,
                      const struct step *steps, size_t index, size_t piece, size_t cut)
{
    const struct step *step = &steps[index];
    size_t length = length_of(step);
    enum framing framing = FRAMING_OPEN;
    for (size_t at = 0; at < length;) {
        size_t end = piece ? at + piece : length;
        if (at < cut && cut < end)
            end = cut;
        framing = feed(follower, followed, step->direction, step->bytes + at, end - at);
        at = end;
        if (at < length && framing == FRAMING_BETWEEN)
            expect(name, index, at, framing, FRAMING_OPEN);
    }
    expect(name, index, length, framing, step->after);
}

static void play_in_pieces(const struct follower *follower, const char *name,
                           const struct step *steps, size_t count, size_t piece)
{
    struct followed followed;
    follower->reset(&followed);
    for (size_t i = 0; i < count; i++)
        play_step(follower, &followed, name, steps, i, piece, 0);
}

static void play_with_cut(const struct follower *follower, const char *name,
                          const struct step *steps, size_t count, size_t cut_step, size_t cut)
{
    struct followed followed;
    follower->reset(&followed);
    for (size_t i = 0; i < count; i++)
        play_step(follower, &followed, name, steps, i, CHUNK_WHOLE, i == cut_step ? cut : 0);
}

void play(enum protocol protocol, const char *name, const struct step *steps, size_t count)
{
    const struct follower *follower = follower_of(protocol);
    play_in_pieces(follower, name, steps, count, CHUNK_WHOLE);
    play_in_pieces(follower, name, steps, count, 1);
    for (size_t i = 0; i < count; i++)
        for (size_t cut = 1; cut < length_of(&steps[i]); cut++)
            play_with_cut(follower, name, steps, count, i, cut);
}

const struct http1 *play_http1(const struct step *steps, size_t count)
{
    static struct followed followed;
    const struct follower *follower = follower_of(PROTOCOL_HTTP1);
    follower->reset(&followed);
    for (size_t i = 0; i < count; i++)
        play_step(follower, &followed, "play_http1", steps, i, CHUNK_WHOLE, 0);
    return &followed.http1;
}
