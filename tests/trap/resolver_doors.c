/* SPDX-License-Identifier: MIT
 *
 * flags: -lanl
 * The resolver's functions answer as without the shim: addresses, error codes, errno and h_errno, for
 * names, numbers, nonsense and no name at all; a lookup in the background ends and can be asked about.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "trap.h"

static const struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM};

static void show_list(const char *what, int result, const struct addrinfo *list)
{
    printf("%s: %d errno %d", what, result, errno);
    for (; result == 0 && list; list = list->ai_next) {
        char words[INET6_ADDRSTRLEN] = "?";
        inet_ntop(AF_INET, &((struct sockaddr_in *)list->ai_addr)->sin_addr, words, sizeof words);
        printf(" %s", words);
    }
    puts("");
}

static void show_host(const char *what, const struct hostent *host)
{
    printf("%s: errno %d h_errno %d", what, errno, h_errno);
    if (host)
        printf(" %s %s", host->h_name, inet_ntoa(*(struct in_addr *)host->h_addr_list[0]));
    puts("");
}

static void look_up(const char *name, const char *service)
{
    struct addrinfo *list = NULL;
    errno = 4711;
    int result = getaddrinfo(name, service, &hints, &list);
    show_list(name ? name : "(null)", result, list);
    if (result == 0)
        freeaddrinfo(list);
}

static void look_up_host(const char *name)
{
    static struct hostent room;
    static char buffer[4096];
    struct hostent *host = NULL;
    int error = 0;
    errno = 4711;
    h_errno = 0;
    show_host(name, gethostbyname(name));
    errno = 4711;
    show_host(name, gethostbyname2(name, AF_INET));
    int result = gethostbyname_r(name, &room, buffer, sizeof buffer, &host, &error);
    printf("%d %d ", result, error);
    show_host(name, host);
    result = gethostbyname2_r(name, AF_INET, &room, buffer, sizeof buffer, &host, &error);
    printf("%d %d ", result, error);
    show_host(name, host);
    char small[1];
    printf("%d\n", gethostbyname_r(name, &room, small, sizeof small, &host, &error));
}

static void look_up_behind(int mode, const char *name)
{
    static struct gaicb requests[2];
    struct gaicb *list[] = {&requests[0], NULL, &requests[1]};
    memset(requests, 0, sizeof requests);
    requests[0] = (struct gaicb){.ar_name = name, .ar_request = &hints};
    requests[1] = (struct gaicb){.ar_name = "127.0.0.9", .ar_request = &hints};
    struct sigevent none = {.sigev_notify = SIGEV_NONE};
    CHECK_EQUAL(getaddrinfo_a(mode, list, 3, &none), 0);
    for (int i = 0; i < 2; i++) {
        const struct gaicb *wait[] = {&requests[i]};
        while (gai_error(&requests[i]) == EAI_INPROGRESS)
            gai_suspend(wait, 1, NULL);
        errno = 4711;
        show_list(name, gai_error(&requests[i]), requests[i].ar_result);
    }
}

int main(void)
{
    look_up("localhost", "80");
    look_up("LOCALHOST.", NULL);
    look_up("127.0.0.3", "80");
    look_up(NULL, "80");
    look_up("localhost", "no such service");
    look_up("", NULL);
    look_up("a..b", NULL);
    look_up_host("localhost");
    look_up_host("127.0.0.3");
    look_up_host("a..b");
    look_up_behind(GAI_WAIT, "localhost");
    look_up_behind(GAI_NOWAIT, "localhost");
    look_up_behind(GAI_NOWAIT, "a..b");
}
