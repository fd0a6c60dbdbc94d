/* SPDX-License-Identifier: MIT
 *
 * The Redis commands that leave nothing behind in their connection and have exactly one reply, which
 * comes at once. A command that is missing here only costs a repair; a wrong one could cost data, so
 * scripts and functions (which may do anything), and whatever blocks, are not here.
 */
#include <stdlib.h>
#include <string.h>

#include "base/compiler.h"
#include "connection/redis.h"

/* Of up to eight letters; in the order of their bytes. No pointers, which each program that starts would
 * have to relocate. */
static const char short_words[][REDIS_SHORT_MOST + 1] = {
    "APPEND",   "BITCOUNT", "BITFIELD", "BITOP",    "BITPOS",   "COMMAND",  "COPY",     "DBSIZE",
    "DECR",     "DECRBY",   "DEL",      "DUMP",     "ECHO",     "EXISTS",   "EXPIRE",   "EXPIREAT",
    "GEOADD",   "GEODIST",  "GEOHASH",  "GEOPOS",   "GET",      "GETBIT",   "GETDEL",   "GETEX",
    "GETRANGE", "GETSET",   "HDEL",     "HEXISTS",  "HGET",     "HGETALL",  "HINCRBY",  "HKEYS",
    "HLEN",     "HMGET",    "HMSET",    "HSCAN",    "HSET",     "HSETNX",   "HSTRLEN",  "HVALS",
    "INCR",     "INCRBY",   "INFO",     "KEYS",     "LINDEX",   "LINSERT",  "LLEN",     "LMOVE",
    "LPOP",     "LPOS",     "LPUSH",    "LPUSHX",   "LRANGE",   "LREM",     "LSET",     "LTRIM",
    "MGET",     "MSET",     "MSETNX",   "OBJECT",   "PERSIST",  "PEXPIRE",  "PFADD",    "PFCOUNT",
    "PFMERGE",  "PING",     "PSETEX",   "PTTL",     "PUBLISH",  "RENAME",   "RENAMENX", "RESTORE",
    "RPOP",     "RPUSH",    "RPUSHX",   "SADD",     "SCAN",     "SCARD",    "SDIFF",    "SET",
    "SETBIT",   "SETEX",    "SETNX",    "SETRANGE", "SINTER",   "SMEMBERS", "SMOVE",    "SORT",
    "SPOP",     "SREM",     "SSCAN",    "STRLEN",   "SUBSTR",   "SUNION",   "TIME",     "TOUCH",
    "TTL",      "TYPE",     "UNLINK",   "XACK",     "XADD",     "XDEL",     "XLEN",     "XPENDING",
    "XRANGE",   "XTRIM",    "ZADD",     "ZCARD",    "ZCOUNT",   "ZINCRBY",  "ZMSCORE",  "ZPOPMAX",
    "ZPOPMIN",  "ZRANGE",   "ZRANK",    "ZREM",     "ZREVRANK", "ZSCAN",    "ZSCORE",
};

/* The others, in strcmp's order. */
static const char long_words[][REDIS_WORD_MOST] = {
    "EXPIRETIME",  "GEOSEARCH",      "HINCRBYFLOAT",     "HRANDFIELD",      "INCRBYFLOAT",
    "PEXPIREAT",   "PEXPIRETIME",    "RANDOMKEY",        "RPOPLPUSH",       "SDIFFSTORE",
    "SINTERCARD",  "SINTERSTORE",    "SISMEMBER",        "SMISMEMBER",      "SORT_RO",
    "SRANDMEMBER", "SUNIONSTORE",    "XREVRANGE",        "ZLEXCOUNT",       "ZRANDMEMBER",
    "ZRANGEBYLEX", "ZRANGEBYSCORE",  "ZREMRANGEBYLEX",   "ZREMRANGEBYRANK", "ZREMRANGEBYSCORE",
    "ZREVRANGE",   "ZREVRANGEBYLEX", "ZREVRANGEBYSCORE",
};

bool redis_short_word_is_stateless(uint64_t word)
{
    size_t low = 0;
    size_t high = COUNT_OF(short_words);
    while (low < high) {
        size_t middle = (low + high) / 2;
        uint64_t there = redis_short_word(short_words[middle], REDIS_SHORT_MOST, REDIS_SHORT_MOST);
        if (there == word)
            return true;
        if (there < word)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

static int compare(const void *word, const void *entry)
{
    return strcmp(word, entry);
}

bool redis_command_is_stateless(const char *word, size_t length)
{
    char ended[REDIS_WORD_MOST + 1];
    if (length >= REDIS_WORD_MOST)
        return false;
    uint64_t short_word = redis_short_word(word, length, length);
    if (short_word && redis_short_word_is_stateless(short_word))
        return true;
    memcpy(ended, word, length);
    ended[length] = 0;
    return bsearch(ended, long_words, COUNT_OF(long_words), sizeof long_words[0], compare) != NULL;
}
