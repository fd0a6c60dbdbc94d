/* SPDX-License-Identifier: MIT
 *
 * The Redis commands that leave nothing behind in their connection and have exactly one reply, which
 * comes at once. A command that is missing here only costs a repair; a wrong one could cost data, so
 * scripts and functions (which may do anything), and whatever blocks, are not here.
 */
#include <stdlib.h>
#include <string.h>

#include "connection/redis.h"

/* In strcmp's order. */
static const char *const stateless[] = {
    "APPEND",      "BITCOUNT",   "BITFIELD",    "BITOP",        "BITPOS",       "COMMAND",
    "COPY",        "DBSIZE",     "DECR",        "DECRBY",       "DEL",          "DUMP",
    "ECHO",        "EXISTS",     "EXPIRE",      "EXPIREAT",     "EXPIRETIME",   "GEOADD",
    "GEODIST",     "GEOHASH",    "GEOPOS",      "GEOSEARCH",    "GET",          "GETBIT",
    "GETDEL",      "GETEX",      "GETRANGE",    "GETSET",       "HDEL",         "HEXISTS",
    "HGET",        "HGETALL",    "HINCRBY",     "HINCRBYFLOAT", "HKEYS",        "HLEN",
    "HMGET",       "HMSET",      "HRANDFIELD",  "HSCAN",        "HSET",         "HSETNX",
    "HSTRLEN",     "HVALS",      "INCR",        "INCRBY",       "INCRBYFLOAT",  "INFO",
    "KEYS",        "LINDEX",     "LINSERT",     "LLEN",         "LMOVE",        "LPOP",
    "LPOS",        "LPUSH",      "LPUSHX",      "LRANGE",       "LREM",         "LSET",
    "LTRIM",       "MGET",       "MSET",        "MSETNX",       "OBJECT",       "PERSIST",
    "PEXPIRE",     "PEXPIREAT",  "PEXPIRETIME", "PFADD",        "PFCOUNT",      "PFMERGE",
    "PING",        "PSETEX",     "PTTL",        "PUBLISH",      "RANDOMKEY",    "RENAME",
    "RENAMENX",    "RESTORE",    "RPOP",        "RPOPLPUSH",    "RPUSH",        "RPUSHX",
    "SADD",        "SCAN",       "SCARD",       "SDIFF",        "SDIFFSTORE",   "SET",
    "SETBIT",      "SETEX",      "SETNX",       "SETRANGE",     "SINTER",       "SINTERCARD",
    "SINTERSTORE", "SISMEMBER",  "SMEMBERS",    "SMISMEMBER",   "SMOVE",        "SORT",
    "SORT_RO",     "SPOP",       "SRANDMEMBER", "SREM",         "SSCAN",        "STRLEN",
    "SUBSTR",      "SUNION",     "SUNIONSTORE", "TIME",         "TOUCH",        "TTL",
    "TYPE",        "UNLINK",     "XACK",        "XADD",         "XDEL",         "XLEN",
    "XPENDING",    "XRANGE",     "XREVRANGE",   "XTRIM",        "ZADD",         "ZCARD",
    "ZCOUNT",      "ZINCRBY",    "ZLEXCOUNT",   "ZMSCORE",      "ZPOPMAX",      "ZPOPMIN",
    "ZRANDMEMBER", "ZRANGE",     "ZRANGEBYLEX", "ZRANGEBYSCORE", "ZRANK",       "ZREM",
    "ZREMRANGEBYLEX", "ZREMRANGEBYRANK", "ZREMRANGEBYSCORE", "ZREVRANGE", "ZREVRANGEBYLEX",
    "ZREVRANGEBYSCORE", "ZREVRANK", "ZSCAN",    "ZSCORE",
};

static int compare(const void *word, const void *entry)
{
    return strcmp(word, *(const char *const *)entry);
}

bool redis_command_is_stateless(const char *word, size_t length)
{
    char ended[REDIS_WORD_MOST + 1];
    if (length >= REDIS_WORD_MOST)
        return false;
    memcpy(ended, word, length);
    ended[length] = 0;
    return bsearch(ended, stateless, sizeof stateless / sizeof stateless[0], sizeof stateless[0],
                   compare) != NULL;
}
