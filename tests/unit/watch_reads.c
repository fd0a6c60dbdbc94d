/* SPDX-License-Identifier: MIT
 *
 * Whether a connection that is registered in several epoll sets is watched for reading. The sets are real
 * ones, for the kernel is asked.
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "connection/watch_sets.h"
#include "lib/registered.h"
#include "unit.h"

/* A real socket in two real sets. */
struct real {
    int fd, first, second;
};

static void control(int set, int operation, int fd, uint32_t events)
{
    struct epoll_event event = {.events = events};
    assert_int_equal(epoll_ctl(set, operation, fd, &event), 0);
    if (operation == EPOLL_CTL_ADD)
        added(set, fd, events, 0);
    else if (operation == EPOLL_CTL_MOD)
        changed(set, fd, events, 0);
    else
        watch_taken_out(fd, set);
}

static struct real in_both(uint32_t in_first, uint32_t in_second)
{
    struct real real = {socket(AF_INET, SOCK_STREAM, 0), epoll_create1(0), epoll_create1(0)};
    assert_true(real.second > 0);
    watch_forget(real.fd);
    tracked(real.fd);
    control(real.first, EPOLL_CTL_ADD, real.fd, in_first);
    control(real.second, EPOLL_CTL_ADD, real.fd, in_second);
    return real;
}

static void end(const struct real *real)
{
    forget(real->fd);
    close(real->fd);
    close(real->first);
    close(real->second);
}

TEST(one_of_two_sets_that_reads_is_enough)
{
    struct real real = in_both(EPOLLIN, EPOLLOUT);
    assert_true(watch_reads(real.fd));
    control(real.second, EPOLL_CTL_DEL, real.fd, 0);
    assert_true(watch_reads(real.fd));
    control(real.first, EPOLL_CTL_DEL, real.fd, 0);
    assert_false(watch_reads(real.fd));
    control(real.second, EPOLL_CTL_ADD, real.fd, EPOLLRDHUP);
    assert_true(watch_reads(real.fd));
    control(real.second, EPOLL_CTL_MOD, real.fd, EPOLLOUT);
    assert_false(watch_reads(real.fd));
    end(&real);
}

TEST(a_set_that_was_closed_reads_no_more)
{
    struct real real = in_both(EPOLLIN, EPOLLOUT);
    close(real.first);
    assert_false(watch_reads(real.fd));
    assert_int_equal(epoll_create1(0), real.first); /* another one by its number */
    assert_false(watch_reads(real.fd));
    control(real.second, EPOLL_CTL_MOD, real.fd, EPOLLIN);
    assert_true(watch_reads(real.fd));
    control(real.first, EPOLL_CTL_ADD, real.fd, EPOLLIN);
    control(real.second, EPOLL_CTL_DEL, real.fd, 0);
    assert_true(watch_reads(real.fd));
    end(&real);
}

static void close_and_add_to_new_second(const struct real *real)
{
    close(real->second);
    assert_int_equal(epoll_create1(0), real->second);
    control(real->second, EPOLL_CTL_ADD, real->fd, EPOLLOUT);
    assert_false(watch_reads(real->fd));
    end(real);
}

TEST(a_set_by_the_number_of_a_closed_one_has_what_was_added_to_it)
{
    struct real real = in_both(EPOLLOUT, EPOLLIN);
    close_and_add_to_new_second(&real);
    real = in_both(EPOLLOUT, EPOLLIN);
    control(real.first, EPOLL_CTL_DEL, real.fd, 0);
    close_and_add_to_new_second(&real);
}

/* For good, so it comes last. */
static bool forbid_kcmp(void)
{
    struct sock_filter rules[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_kcmp, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {.len = COUNT_OF_TESTS(rules), .filter = rules};
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

TEST(where_the_kernel_does_not_tell_a_set_must_be_one)
{
    if (!forbid_kcmp())
        skip();
    struct real real = in_both(EPOLLIN, EPOLLOUT);
    assert_true(watch_reads(real.fd));
    close(real.first);
    assert_false(watch_reads(real.fd));
    assert_int_equal(socket(AF_INET, SOCK_STREAM, 0), real.first);
    assert_false(watch_reads(real.fd));
    control(real.second, EPOLL_CTL_MOD, real.fd, EPOLLIN);
    assert_true(watch_reads(real.fd));
    end(&real);
}

RUN_TESTS(cmocka_unit_test(one_of_two_sets_that_reads_is_enough),
          cmocka_unit_test(a_set_that_was_closed_reads_no_more),
          cmocka_unit_test(a_set_by_the_number_of_a_closed_one_has_what_was_added_to_it),
          cmocka_unit_test(where_the_kernel_does_not_tell_a_set_must_be_one))
