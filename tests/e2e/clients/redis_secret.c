/* SPDX-License-Identifier: MIT
 *
 * redis_secret PORT: logs in with a password that it makes up (the server takes any), forgets it, and looks
 * for it in all of its own memory. Shows the flags of each mapping that holds it: while the session
 * rests, after it was repeated, and when it is closed.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SECRET_BYTES = 32, REST_US = 500000, MAPPINGS_MOST = 512 };

static unsigned char masked[SECRET_BYTES]; /* the password, each byte turned over */

struct mapping {
    unsigned long from, to;
    char rights[8], flags[128];
};

static void demand(int held, const char *what)
{
    if (held)
        return;
    printf("%s failed\n", what);
    exit(1);
}

/* No function of libc gets to see the password but send(), or a copy might stay on its stack. */
static void make_up(void)
{
    unsigned char random[SECRET_BYTES];
    demand(getrandom(random, sizeof random, 0) == sizeof random, "getrandom");
    for (size_t i = 0; i < sizeof random; i++)
        masked[i] = (unsigned char)~('a' + random[i] % 26);
}

static int is_here(const unsigned char *at)
{
    for (size_t i = 0; i < SECRET_BYTES; i++)
        if ((unsigned char)~at[i] != masked[i])
            return 0;
    return 1;
}

static size_t read_mappings(struct mapping *mappings)
{
    FILE *file = fopen("/proc/self/smaps", "r");
    char line[512];
    size_t count = 0;
    demand(file != NULL, "smaps");
    while (fgets(line, sizeof line, file) && count < MAPPINGS_MOST) {
        struct mapping next;
        if (sscanf(line, "%lx-%lx %7s", &next.from, &next.to, next.rights) == 3)
            mappings[count] = next;
        else if (sscanf(line, "VmFlags: %127[^\n]", mappings[count].flags) == 1)
            count++;
    }
    fclose(file);
    return count;
}

static void show_places(const char *when)
{
    static struct mapping mappings[MAPPINGS_MOST];
    size_t count = read_mappings(mappings);
    printf("%s:", when);
    for (size_t i = 0; i < count; i++) {
        const struct mapping *mapping = &mappings[i];
        if (strncmp(mapping->rights, "rw", 2) != 0)
            continue;
        for (unsigned long at = mapping->from; at + SECRET_BYTES <= mapping->to; at++)
            if (is_here((const unsigned char *)at)) {
                printf(" [%s]", mapping->flags);
                break;
            }
    }
    puts("");
}

static void ask(int fd, const char *command, size_t count, const char *wanted)
{
    char reply[64] = "";
    demand(send(fd, command, count, 0) == (ssize_t)count, "send");
    demand(recv(fd, reply, sizeof reply - 1, 0) > 0, "recv");
    demand(!strcmp(reply, wanted), "reply");
}

static void log_in(int fd)
{
    char command[128] = "*3\r\n$4\r\nAUTH\r\n$7\r\ndefault\r\n$32\r\n";
    size_t count = strlen(command);
    for (size_t i = 0; i < SECRET_BYTES; i++)
        command[count++] = (char)~masked[i];
    memcpy(command + count, "\r\n", 2);
    ask(fd, command, count + 2, "+OK\r\n");
    explicit_bzero(command, sizeof command);
}

int main(int count, char **arguments)
{
    static const char ping[] = "*1\r\n$4\r\nPING\r\n";
    demand(count == 2, "usage");
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                                  .sin_port = htons((unsigned short)atoi(arguments[1]))};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    demand(connect(fd, (struct sockaddr *)&address, sizeof address) == 0, "connect");
    make_up();
    log_in(fd);
    show_places("logged in");
    usleep(REST_US);
    ask(fd, ping, sizeof ping - 1, "+PONG\r\n");
    show_places("repeated");
    close(fd);
    show_places("closed");
    return 0;
}
