/* SPDX-License-Identifier: MIT
 *
 * The one list of the functions that we stand in front of. The pointers to the next definitions
 * (next.h), their resolver (next.c), the version script of the shared object and the symbol tests
 * are all made from it: X(name, result type, parameter types).
 */
#ifndef UNSTALE_BASE_INTERPOSED_H
#define UNSTALE_BASE_INTERPOSED_H

#define UNSTALE_INTERPOSED(X)                                                                      \
    X(vfork, pid_t, (void)) /* first: its door finds the pointer at offset 0 */                    \
    X(socket, int, (int, int, int))                                                                \
    X(connect, int, (int, const struct sockaddr *, socklen_t))                                     \
    X(shutdown, int, (int, int))                                                                   \
    X(close, int, (int))                                                                           \
    X(closefrom, void, (int))                                                                      \
    X(close_range, int, (unsigned, unsigned, int))                                                 \
    X(dup, int, (int))                                                                             \
    X(dup2, int, (int, int))                                                                       \
    X(dup3, int, (int, int, int))                                                                  \
    X(fcntl, int, (int, int, ...))                                                                 \
    X(fcntl64, int, (int, int, ...))                                                               \
    X(ioctl, int, (int, unsigned long, ...))                                                       \
    X(write, ssize_t, (int, const void *, size_t))                                                 \
    X(writev, ssize_t, (int, const struct iovec *, int))                                           \
    X(send, ssize_t, (int, const void *, size_t, int))                                             \
    X(sendto, ssize_t, (int, const void *, size_t, int, const struct sockaddr *, socklen_t))       \
    X(sendmsg, ssize_t, (int, const struct msghdr *, int))                                         \
    X(sendmmsg, int, (int, struct mmsghdr *, unsigned, int))                                       \
    X(sendfile, ssize_t, (int, int, off_t *, size_t))                                              \
    X(sendfile64, ssize_t, (int, int, off64_t *, size_t))                                          \
    X(splice, ssize_t, (int, off64_t *, int, off64_t *, size_t, unsigned))                         \
    X(read, ssize_t, (int, void *, size_t))                                                        \
    X(readv, ssize_t, (int, const struct iovec *, int))                                            \
    X(recv, ssize_t, (int, void *, size_t, int))                                                   \
    X(recvfrom, ssize_t, (int, void *, size_t, int, struct sockaddr *, socklen_t *))               \
    X(recvmsg, ssize_t, (int, struct msghdr *, int))                                               \
    X(recvmmsg, int, (int, struct mmsghdr *, unsigned, int, struct timespec *))                    \
    X(__read_chk, ssize_t, (int, void *, size_t, size_t))                                          \
    X(__recv_chk, ssize_t, (int, void *, size_t, size_t, int))                                     \
    X(__recvfrom_chk, ssize_t, (int, void *, size_t, size_t, int, struct sockaddr *, socklen_t *)) \
    X(poll, int, (struct pollfd *, nfds_t, int))                                                   \
    X(ppoll, int, (struct pollfd *, nfds_t, const struct timespec *, const sigset_t *))            \
    X(__poll_chk, int, (struct pollfd *, nfds_t, int, size_t))                                     \
    X(__ppoll_chk, int,                                                                            \
      (struct pollfd *, nfds_t, const struct timespec *, const sigset_t *, size_t))                \
    X(select, int, (int, fd_set *, fd_set *, fd_set *, struct timeval *))                          \
    X(pselect, int,                                                                                \
      (int, fd_set *, fd_set *, fd_set *, const struct timespec *, const sigset_t *))              \
    X(epoll_ctl, int, (int, int, int, struct epoll_event *))                                       \
    X(epoll_wait, int, (int, struct epoll_event *, int, int))                                      \
    X(epoll_pwait, int, (int, struct epoll_event *, int, int, const sigset_t *))                   \
    X(epoll_pwait2, int,                                                                           \
      (int, struct epoll_event *, int, const struct timespec *, const sigset_t *))                 \
    X(_Fork, pid_t, (void))                                                                        \
    X(posix_spawn, int,                                                                            \
      (pid_t *, const char *, const posix_spawn_file_actions_t *, const posix_spawnattr_t *,       \
       char *const *, char *const *))                                                              \
    X(posix_spawnp, int,                                                                           \
      (pid_t *, const char *, const posix_spawn_file_actions_t *, const posix_spawnattr_t *,       \
       char *const *, char *const *))                                                              \
    X(system, int, (const char *))                                                                 \
    X(popen, FILE *, (const char *, const char *))                                                 \
    X(fflush, int, (FILE *))                                                                       \
    X(fdopen, FILE *, (int, const char *))                                                         \
    X(dlopen, void *, (const char *, int))                                                         \
    X(getaddrinfo, int, (const char *, const char *, const struct addrinfo *, struct addrinfo **)) \
    X(getaddrinfo_a, int, (int, struct gaicb **, int, struct sigevent *))                          \
    X(gai_error, int, (struct gaicb *))                                                            \
    X(gethostbyname, struct hostent *, (const char *))                                             \
    X(gethostbyname2, struct hostent *, (const char *, int))                                       \
    X(gethostbyname_r, int,                                                                        \
      (const char *, struct hostent *, char *, size_t, struct hostent **, int *))                  \
    X(gethostbyname2_r, int,                                                                       \
      (const char *, int, struct hostent *, char *, size_t, struct hostent **, int *))

#endif
