/* SPDX-License-Identifier: MIT
 *
 * Programs that clear or overwrite their environment while they run (nginx's workers, sudo, setproctitle):
 * clearenv(), environ = NULL, and the old strings wiped. A shim that reads its settings when it needs
 * them finds none, or reads what is no longer there. A child that is started without LD_PRELOAD runs
 * without the shim, as the program wants.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "trap.h"

extern char **environ;

static void use(struct trap_server *server, bool repairs)
{
    int fd = trap_connect(server);
    struct trap_answer first = trap_request(fd, "/first");
    trap_go_stale();
    struct trap_answer second = trap_request(fd, "/second");
    CHECK_EQUAL(first.connection != second.connection, repairs);
    close(fd);
}

static void wipe(char **strings)
{
    for (int i = 0; strings[i]; i++)
        memset(strings[i], 'x', strlen(strings[i]));
}

int main(int count, char **words)
{
    if (count == 2) { /* the child: its environment is empty */
        uint16_t port = (uint16_t)atoi(words[1]);
        int fd = trap_connect_port(port);
        struct trap_answer first = trap_request(fd, "/bare");
        trap_go_stale();
        CHECK_EQUAL(trap_request(fd, "/bare-stale").connection, first.connection);
        return 0;
    }
    char port[8];
    bool repairs = trap_repairs();
    struct trap_server *server = trap_serve();
    snprintf(port, sizeof port, "%u", server->port);
    wipe(environ);
    use(server, repairs);
    CHECK_EQUAL(clearenv(), 0);
    use(server, repairs);
    environ = NULL;
    use(server, repairs);
    fflush(stdout);
    pid_t child = fork();
    if (!child)
        execle("/proc/self/exe", words[0], port, NULL, (char *[]){NULL});
    trap_await_child(child, 0);
    CHECK_EQUAL(server->broken, 0);
    puts("without an environment");
    return 0;
}
