/* SPDX-License-Identifier: MIT
 *
 * The blocking client behind each of libc's ways to resolve a name: CALL is resolved to
 * "localhost" first, and its answer is connected to.
 * Called as: resolvers CALL http://127.0.0.1:PORT METHOD ROUNDS GAP_MS
 */
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "client.h"

#define NAME "localhost"

static const struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM};

static struct in_addr of_list(const struct addrinfo *list)
{
    return ((const struct sockaddr_in *)list->ai_addr)->sin_addr;
}

static struct in_addr of_host(const struct hostent *host)
{
    struct in_addr address;
    memcpy(&address, host->h_addr_list[0], sizeof address);
    return address;
}

static struct in_addr by_getaddrinfo(void)
{
    struct addrinfo *list;
    return getaddrinfo(NAME, NULL, &hints, &list) ? (struct in_addr){0} : of_list(list);
}

static struct in_addr by_getaddrinfo_a(int mode)
{
    static struct gaicb request = {.ar_name = NAME, .ar_request = &hints};
    struct gaicb *list[] = {&request};
    if (getaddrinfo_a(mode, list, 1, NULL))
        return (struct in_addr){0};
    while (mode == GAI_NOWAIT && gai_error(&request) == EAI_INPROGRESS)
        gai_suspend((const struct gaicb *const *)list, 1, NULL);
    return of_list(request.ar_result);
}

static struct in_addr by_reentrant(int family)
{
    static struct hostent room;
    static char buffer[4096];
    struct hostent *host = NULL;
    int error;
    int result = family ? gethostbyname2_r(NAME, family, &room, buffer, sizeof buffer, &host, &error)
                        : gethostbyname_r(NAME, &room, buffer, sizeof buffer, &host, &error);
    return result || !host ? (struct in_addr){0} : of_host(host);
}

static struct in_addr resolve(const char *call)
{
    if (!strcmp(call, "getaddrinfo"))
        return by_getaddrinfo();
    if (!strcmp(call, "getaddrinfo_a-wait"))
        return by_getaddrinfo_a(GAI_WAIT);
    if (!strcmp(call, "getaddrinfo_a"))
        return by_getaddrinfo_a(GAI_NOWAIT);
    if (!strcmp(call, "gethostbyname"))
        return of_host(gethostbyname(NAME));
    if (!strcmp(call, "gethostbyname2"))
        return of_host(gethostbyname2(NAME, AF_INET));
    if (!strcmp(call, "gethostbyname_r"))
        return by_reentrant(0);
    if (!strcmp(call, "gethostbyname2_r"))
        return by_reentrant(AF_INET);
    return (struct in_addr){0}; /* resolves nothing: the address is known */
}

int main(int argc, char **argv)
{
    const char *call = argc > 1 ? argv[1] : "";
    struct job job = job_from_arguments(argc - 1, argv + 1);
    struct in_addr address = resolve(call);
    if (address.s_addr)
        job.peer.sin_addr = address;
    return job_run(&job, job_exchange_blocking, job_sleep);
}
