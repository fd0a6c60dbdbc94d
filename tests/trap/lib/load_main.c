/* SPDX-License-Identifier: MIT
 *
 * The program of the load_* traps: load_main LIBRARY WHAT. WHAT is "close" (open, use, dlclose, as
 * often as may be, and use the descriptor numbers again), "deepbind" or "leaf".
 */
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../trap.h"

struct client {
    void *handle;
    struct trap_answer (*connect)(uint16_t);
    struct trap_answer (*request_stale)(struct trap_answer);
    void *(*open)(const char *);
};

static void *symbol(void *handle, const char *name)
{
    void *found = dlsym(handle, name);
    if (!found)
        trap_fail(__FILE__, __LINE__, "%s", dlerror());
    return found;
}

static struct client open_client(const char *path, int flags)
{
    struct client client = {.handle = dlopen(path, flags)};
    if (!client.handle)
        trap_fail(__FILE__, __LINE__, "%s", dlerror());
    client.connect = (struct trap_answer(*)(uint16_t))symbol(client.handle, "client_connect");
    client.request_stale =
        (struct trap_answer(*)(struct trap_answer))symbol(client.handle, "client_request_stale");
    client.open = (void *(*)(const char *))symbol(client.handle, "client_open");
    return client;
}

/* The library closes its connection when it goes; its numbers go to the program's own. */
static void use_and_close(struct trap_server *server, const char *path, int flags)
{
    for (int turn = 0; turn < 2; turn++) {
        struct client client = open_client(path, flags);
        struct trap_answer last = client.connect(server->port);
        client.request_stale(last);
        CHECK_EQUAL(dlclose(client.handle), 0);
        CHECK(!dlopen(path, RTLD_NOW | RTLD_NOLOAD));
        int fd = trap_connect(server);
        trap_request_stale(fd, "/own-stale", trap_request(fd, "/own"));
        close(fd);
    }
}

static void open_leaf(const char *path)
{
    struct client client = open_client(path, RTLD_NOW);
    CHECK(!dlopen("load_leaf.so", RTLD_NOW)); /* the program has no RUNPATH */
    void *leaf = client.open("load_leaf.so");
    if (!leaf)
        trap_fail(__FILE__, __LINE__, "%s", dlerror());
    int (*answer)(void) = (int (*)(void))symbol(leaf, "leaf_answer");
    CHECK_EQUAL(answer(), 42);
    CHECK_EQUAL(dlclose(leaf), 0);
    CHECK_EQUAL(dlclose(client.handle), 0);
}

int main(int count, char **words)
{
    CHECK_EQUAL(count, 3);
    struct trap_server *server = trap_serve();
    if (!strcmp(words[2], "leaf"))
        open_leaf(words[1]);
    else if (!strcmp(words[2], "deepbind"))
        use_and_close(server, words[1], RTLD_NOW | RTLD_DEEPBIND);
    else
        use_and_close(server, words[1], RTLD_LAZY);
    CHECK_EQUAL(server->broken, 0);
    puts("loaded");
    return 0;
}
