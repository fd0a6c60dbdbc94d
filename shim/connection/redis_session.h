/* SPDX-License-Identifier: MIT
 *
 * The commands that made a Redis session what it is (AUTH, HELLO, SELECT, CLIENT SETNAME and SETINFO,
 * READONLY, READWRITE), as they were sent, to be sent again on a new connection. Pure.
 *
 * A command is gathered while it is sent, and kept once its reply says that it took effect. What is
 * kept gives, sent in its order, the same session: of commands of which only the last counts only
 * the last is kept. The text may hold a password, so whoever owns the struct keeps it in locked memory
 * (vault.h); no byte of an argument is copied elsewhere.
 */
#ifndef UNSTALE_CONNECTION_REDIS_SESSION_H
#define UNSTALE_CONNECTION_REDIS_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { REDIS_SESSION_BYTES = 1920, REDIS_SESSION_COMMANDS = 12 };

enum redis_reply {
    REDIS_REPLY_OTHER,
    REDIS_REPLY_OK,     /* +OK */
    REDIS_REPLY_FIELDS, /* a map, or in RESP2 an array: the reply to HELLO */
    REDIS_REPLY_ERROR,
};

struct redis_session_command {
    uint32_t number; /* of the command on its connection, until its reply is there */
    uint16_t bytes;
    uint8_t kind; /* enum redis_session_kind */
};

struct redis_session {
    uint16_t used; /* bytes of `text` */
    uint8_t kept;  /* commands whose reply was good; they come first */
    uint8_t count; /* all */
    struct redis_session_command commands[REDIS_SESSION_COMMANDS];
    char text[REDIS_SESSION_BYTES]; /* of all commands, one after the other */
};

/* True when `word`, in upper case, may be a command that this can keep. */
bool redis_session_knows(const char *word, size_t length);

/* A command of `arguments` words, the first of them `word`, begins; it is the `number`-th sent. False
 * when there is no room. */
bool redis_session_begin(struct redis_session *session, const char *word, size_t length,
                         uint32_t arguments, uint32_t number);

/* More of that command, as it is sent. False when there is no room. */
bool redis_session_add(struct redis_session *session, const void *bytes, size_t count);

/* It is complete. False when it is none that can be sent again (CLIENT KILL, ...). */
bool redis_session_end(struct redis_session *session);

/* The reply to the `number`-th command is complete. False when it leaves unsure what the session is. */
bool redis_session_reply(struct redis_session *session, uint32_t number, enum redis_reply reply);

/* True when `reply` says that the command at `index` took effect. */
bool redis_session_accepts(const struct redis_session *session, size_t index,
                           enum redis_reply reply);

/* True when the reply to some command is still to come. */
static inline bool redis_session_is_unsettled(const struct redis_session *session)
{
    return session->count != session->kept;
}

#endif
