// SPDX-License-Identifier: MIT
//
// The program of start_cxx: connections that are opened by a static constructor, used in main(), in a
// thread_local destructor, in an exception's unwinding, and closed by a static destructor.
#include <cstdio>
#include <pthread.h>
#include <stdexcept>
#include <unistd.h>

extern "C" {
struct trap_answer {
    unsigned connection;
    unsigned request;
    char body[256];
};
struct trap_server *trap_serve(void);
int trap_connect(const struct trap_server *server);
struct trap_answer trap_request(int fd, const char *path);
struct trap_answer trap_request_stale(int fd, const char *path, struct trap_answer before);
}

namespace {

struct trap_server *server()
{
    static struct trap_server *only = trap_serve();
    return only;
}

// A connection that is good from its construction to its destruction.
class Connection {
public:
    explicit Connection(const char *name) : name_(name), fd_(trap_connect(server()))
    {
        last_ = trap_request(fd_, "/constructor");
    }
    ~Connection()
    {
        trap_request_stale(fd_, "/destructor", last_);
        close(fd_);
        dprintf(STDOUT_FILENO, "%s is gone\n", name_);
    }
    void use() { last_ = trap_request_stale(fd_, "/use", last_); }

private:
    const char *name_;
    int fd_;
    struct trap_answer last_;
};

Connection in_static("static");
thread_local Connection *touched = nullptr;

void *thread(void *)
{
    thread_local Connection in_thread("thread_local");
    touched = &in_thread;
    touched->use();
    return nullptr;
}

void unwound()
{
    Connection in_frame("frame");
    throw std::runtime_error("trap");
}

} // namespace

int main()
{
    pthread_t id;
    in_static.use();
    if (pthread_create(&id, nullptr, thread, nullptr) || pthread_join(id, nullptr))
        return 1;
    try {
        unwound();
    } catch (const std::runtime_error &) {
        dprintf(STDOUT_FILENO, "caught\n");
    }
    in_static.use();
    return 0;
}
