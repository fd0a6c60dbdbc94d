/* SPDX-License-Identifier: MIT
 *
 * The traps' server for clients whose other preloads it would not survive (torsocks denies unknown
 * system calls). Prints its port, ends when its standard input does, and says on its way out how many
 * requests were cut off.
 */
#include <stdio.h>
#include <unistd.h>

#include "../trap.h"

int main(void)
{
    char byte;
    struct trap_server *server = trap_serve();
    printf("%u\n", server->port);
    fflush(stdout);
    while (read(STDIN_FILENO, &byte, 1) > 0)
        ;
    printf("%u broken\n", server->broken);
    return 0;
}
