/* SPDX-License-Identifier: MIT
 *
 * redis_script PORT TIMEOUT_MS: a client of Redis by hiredis. Each line of the standard input is a
 * command, or "sleep MS"; its reply is shown. TIMEOUT_MS is for each call; 0: none. A command that is
 * lost is shown as that, and the rest is left.
 */
#include <hiredis/hiredis.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void show(const redisReply *reply)
{
    switch (reply->type) {
    case REDIS_REPLY_INTEGER:
        printf("%lld\n", reply->integer);
        break;
    case REDIS_REPLY_NIL:
        puts("nil");
        break;
    case REDIS_REPLY_ARRAY:
        printf("%zu elements\n", reply->elements);
        break;
    default:
        printf("%s\n", reply->str);
    }
}

static void perform(redisContext *redis, char *line)
{
    if (!strncmp(line, "sleep ", 6)) {
        usleep(1000 * (useconds_t)atoi(line + 6));
        return;
    }
    redisReply *reply = redisCommand(redis, line);
    if (!reply) {
        printf("lost: %s\n", redis->errstr);
        exit(0);
    }
    show(reply);
    freeReplyObject(reply);
}

int main(int count, char **arguments)
{
    char line[512];
    if (count != 3)
        return 2;
    redisContext *redis = redisConnect("127.0.0.1", atoi(arguments[1]));
    if (!redis || redis->err)
        return 1;
    int limit_ms = atoi(arguments[2]);
    struct timeval limit = {limit_ms / 1000, limit_ms % 1000 * 1000};
    if (limit_ms && redisSetTimeout(redis, limit) != REDIS_OK)
        return 1;
    setlinebuf(stdout);
    while (fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = 0;
        perform(redis, line);
    }
    redisFree(redis);
    return 0;
}
