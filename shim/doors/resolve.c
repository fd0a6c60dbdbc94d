/* SPDX-License-Identifier: MIT
 *
 * The doors of the resolver: they remember which name led to which addresses (names.h), so that rules
 * and the log can go by names. What a name resolves to is not touched. A lookup by getaddrinfo_a()
 * is noted when the program learns of its end: at once with GAI_WAIT, otherwise from gai_error().
 * Programs that bring a resolver of their own (c-ares, Go) are not seen here.
 */
#include <errno.h>
#include <netdb.h>

#include "base/next.h"
#include "base/process.h"
#include "doors/start.h"
#include "peer/names.h"

static bool is_wanted(const char *name)
{
    return shim_active && name && process_owns_memory();
}

static void note_list(const char *name, const struct addrinfo *list)
{
    struct address address;
    for (; list; list = list->ai_next)
        if (address_from_socket(list->ai_addr, list->ai_addrlen, &address))
            names_note(name, &address);
}

EXPORTED int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints,
                         struct addrinfo **list)
{
    int result = next.getaddrinfo(name, service, hints, list);
    int saved = errno;
    if (result == 0 && is_wanted(name))
        note_list(name, *list);
    errno = saved;
    return result;
}

static void note_request(const struct gaicb *request)
{
    if (request && is_wanted(request->ar_name) && request->ar_result)
        note_list(request->ar_name, request->ar_result);
}

EXPORTED int getaddrinfo_a(int mode, struct gaicb *list[], int count, struct sigevent *event)
{
    int result = next.getaddrinfo_a(mode, list, count, event);
    int saved = errno;
    for (int i = 0; mode == GAI_WAIT && i < count; i++)
        if (list[i] && next.gai_error(list[i]) == 0)
            note_request(list[i]);
    errno = saved;
    return result;
}

EXPORTED int gai_error(struct gaicb *request)
{
    int result = next.gai_error(request);
    int saved = errno;
    if (result == 0)
        note_request(request);
    errno = saved;
    return result;
}

/* The addresses of a host, which bear no port. */
static void note_host(const char *name, const struct hostent *host)
{
    int saved = errno;
    if (!host || !is_wanted(name))
        return;
    for (char **at = host->h_addr_list; *at; at++) {
        struct address address;
        if (address_from_bytes(host->h_addrtype, *at, (size_t)host->h_length, &address))
            names_note(name, &address);
    }
    errno = saved;
}

EXPORTED struct hostent *gethostbyname(const char *name)
{
    struct hostent *host = next.gethostbyname(name);
    note_host(name, host);
    return host;
}

EXPORTED struct hostent *gethostbyname2(const char *name, int family)
{
    struct hostent *host = next.gethostbyname2(name, family);
    note_host(name, host);
    return host;
}

EXPORTED int gethostbyname_r(const char *name, struct hostent *room, char *buffer, size_t bytes,
                             struct hostent **host, int *error)
{
    int result = next.gethostbyname_r(name, room, buffer, bytes, host, error);
    if (result == 0)
        note_host(name, *host);
    return result;
}

EXPORTED int gethostbyname2_r(const char *name, int family, struct hostent *room, char *buffer,
                              size_t bytes, struct hostent **host, int *error)
{
    int result = next.gethostbyname2_r(name, family, room, buffer, bytes, host, error);
    if (result == 0)
        note_host(name, *host);
    return result;
}
