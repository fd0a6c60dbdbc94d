/* SPDX-License-Identifier: MIT
 *
 * gnutls_front CERT KEY PORT: ends TLS as GnuTLS does and passes the plaintext on to 127.0.0.1:PORT.
 * Prints "PORT n"; ends with its standard input. A process for each connection.
 */
#include <arpa/inet.h>
#include <gnutls/gnutls.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

static gnutls_certificate_credentials_t credentials;

static int connect_to(int port)
{
    struct sockaddr_in peer = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    peer.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    return connect(fd, (struct sockaddr *)&peer, sizeof peer) == 0 ? fd : -1;
}

static gnutls_session_t shake_hands(int fd)
{
    static gnutls_datum_t key;
    gnutls_session_t session;
    if (!key.data)
        gnutls_session_ticket_key_generate(&key);
    gnutls_init(&session, GNUTLS_SERVER);
    gnutls_set_default_priority(session);
    gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, credentials);
    gnutls_session_ticket_enable_server(session, &key);
    gnutls_transport_set_int(session, fd);
    return gnutls_handshake(session) == 0 ? session : NULL;
}

/* One turn: something came from one of the two sides. False at the end of either. */
static int pass_some(gnutls_session_t session, int client, int behind)
{
    static char bytes[65536];
    struct pollfd sides[] = {{.fd = client, .events = POLLIN}, {.fd = behind, .events = POLLIN}};
    if (!gnutls_record_check_pending(session) && poll(sides, 2, -1) < 0)
        return 0;
    if (gnutls_record_check_pending(session) || sides[0].revents) {
        ssize_t count = gnutls_record_recv(session, bytes, sizeof bytes);
        return count > 0 && write(behind, bytes, (size_t)count) == count;
    }
    ssize_t count = read(behind, bytes, sizeof bytes);
    return count > 0 && gnutls_record_send(session, bytes, (size_t)count) == count;
}

static void serve(int client, int port)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    int behind = connect_to(port);
    gnutls_session_t session = shake_hands(client);
    while (session && behind >= 0 && pass_some(session, client, behind))
        ;
    if (session)
        gnutls_bye(session, GNUTLS_SHUT_WR);
    _exit(0);
}

int main(int argc, char **argv)
{
    struct sockaddr_in own = {.sin_family = AF_INET};
    socklen_t length = sizeof own;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    own.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (argc != 4 || bind(listener, (struct sockaddr *)&own, length) || listen(listener, 16))
        return 2;
    gnutls_certificate_allocate_credentials(&credentials);
    if (gnutls_certificate_set_x509_key_file(credentials, argv[1], argv[2], GNUTLS_X509_FMT_PEM))
        return 2;
    getsockname(listener, (struct sockaddr *)&own, &length);
    printf("PORT %d\n", ntohs(own.sin_port));
    fflush(stdout);
    signal(SIGCHLD, SIG_IGN);
    struct pollfd waits[] = {{.fd = listener, .events = POLLIN}, {.fd = 0, .events = POLLIN}};
    while (poll(waits, 2, -1) > 0 && !waits[1].revents) {
        int client = accept(listener, NULL, NULL);
        if (fork() == 0)
            serve(client, atoi(argv[3]));
        close(client);
    }
    return 0;
}
