/* SPDX-License-Identifier: MIT
 *
 * See openssl_cases.h. CLIENT_CERT and CLIENT_KEY in the environment name the program's own certificate,
 * OTHER_CERT and OTHER_KEY another one.
 */
#include "openssl_cases.h"

#include <fcntl.h>
#include <openssl/err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void nothing(void)
{
}

static void on_info(const SSL *which, int where, int result)
{
    (void)which, (void)where, (void)result;
}

static void listen_to_handshakes(void)
{
    SSL_set_info_callback(ssl, on_info);
}

static void use_memory_bios(void)
{
    BIO *inner;
    BIO_new_bio_pair(&inner, 0, &network, 0);
    SSL_set_bio(ssl, inner, inner);
}

static void put_a_filter_between(void)
{
    BIO *socket = BIO_new_socket(fd, BIO_NOCLOSE);
    BIO *filter = BIO_push(BIO_new(BIO_f_buffer()), socket);
    BIO_up_ref(socket);
    SSL_set_bio(ssl, filter, socket);
}

static void use_two_numbers(void)
{
    SSL_set_wfd(ssl, dup(fd));
}

/* From a moment ago on: what is noted of the object must not be believed. */
static void change_to_other_number(void)
{
    SSL_set_fd(ssl, dup(fd));
}

static void change_to_memory_bios(void)
{
    use_memory_bios();
}

static void try_early_data(void)
{
    size_t written;
    SSL_write_early_data(ssl, "", 0, &written);
    ERR_clear_error();
}

static void set_modes(void)
{
    SSL_set_mode(ssl, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                          SSL_MODE_RELEASE_BUFFERS);
    SSL_clear_mode(ssl, SSL_MODE_AUTO_RETRY);
    SSL_set_quiet_shutdown(ssl, 1);
}

/* An event loop from the first answer on. */
static void unblock(void)
{
    fcntl(fd, F_SETFL, O_NONBLOCK);
}

/* An event loop that reads whenever it may, also while a write is not complete. */
static void read_in_between(void)
{
    unblock();
}

static void unblock_and_block(void)
{
    unblock();
    fcntl(fd, F_SETFL, 0);
}

static void read_ahead(void)
{
    SSL_set_read_ahead(ssl, 1);
}

static void refuse_tickets(void)
{
    SSL_set_options(ssl, SSL_OP_NO_TICKET);
    SSL_set_max_proto_version(ssl, TLS1_2_VERSION);
}

static void work_asynchronously(void)
{
    SSL_set_mode(ssl, SSL_MODE_ASYNC);
}

static void export_a_key(void)
{
    unsigned char key[32];
    SSL_export_keying_material(ssl, key, sizeof key, "EXPORTER-Channel-Binding", 24, NULL, 0, 0);
}

static void bind_the_channel(void)
{
    unsigned char finished[64];
    SSL_get_finished(ssl, finished, sizeof finished);
}

static void update_keys(void)
{
    SSL_key_update(ssl, SSL_KEY_UPDATE_REQUESTED);
    SSL_do_handshake(ssl);
}

static void share_with_a_child(void)
{
    pid_t child = fork();
    if (!child)
        _exit(0);
    waitpid(child, NULL, 0);
}

static void look_at_the_certificate(void)
{
    X509 *certificate = SSL_get0_peer_certificate(ssl);
    if (!certificate || SSL_get_verify_result(ssl) == X509_V_ERR_OUT_OF_MEM)
        exit(3);
}

static void renegotiate(void)
{
    SSL_renegotiate(ssl);
    SSL_do_handshake(ssl);
}

static void keep_to_tls12(void)
{
    SSL_set_max_proto_version(ssl, TLS1_2_VERSION);
}

static int own_write(BIO *bio, const char *bytes, int count)
{
    (void)bio;
    return (int)write(fd, bytes, (size_t)count);
}

static int own_read(BIO *bio, char *bytes, int count)
{
    (void)bio;
    return (int)read(fd, bytes, (size_t)count);
}

static long own_control(BIO *bio, int command, long number, void *pointer)
{
    (void)bio, (void)number, (void)pointer;
    return command == BIO_CTRL_FLUSH;
}

static void use_own_bio(void)
{
    BIO_METHOD *method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "own");

    BIO_meth_set_write(method, own_write);
    BIO_meth_set_read(method, own_read);
    BIO_meth_set_ctrl(method, own_control);
    BIO *own = BIO_new(method);
    BIO_set_init(own, 1);
    SSL_set_bio(ssl, own, own);
}

/* Before its handshake a duplicate is an object of its own, after it the same one once more. */
static void duplicate(void)
{
    SSL *other = SSL_dup(ssl);

    SSL_free(ssl);
    ssl = other;
    if (SSL_get_wbio(ssl))
        return;
    SSL_set_fd(ssl, fd);
    SSL_set_tlsext_host_name(ssl, "name.example");
}

static void say_that_the_peer_ended(void)
{
    SSL_set_shutdown(ssl, SSL_RECEIVED_SHUTDOWN);
}

static void say_that_we_ended(void)
{
    SSL_set_shutdown(ssl, SSL_SENT_SHUTDOWN);
}

static void say_that_all_ended_and_unsay_it(void)
{
    SSL_set_shutdown(ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
    SSL_set_shutdown(ssl, 0);
}

static void ask_for_kernel_tls(void)
{
    SSL_set_options(ssl, SSL_OP_ENABLE_KTLS);
}

static void demand_kernel_tls(void)
{
    if (BIO_get_ktls_send(SSL_get_wbio(ssl)))
        return;
    puts("no kernel TLS here");
    exit(0);
}

static void present(const char *certificate, const char *key)
{
    if (SSL_use_certificate_file(ssl, getenv(certificate), SSL_FILETYPE_PEM) != 1 ||
        SSL_use_PrivateKey_file(ssl, getenv(key), SSL_FILETYPE_PEM) != 1)
        exit(3);
}

static void present_certificate(void)
{
    present("CLIENT_CERT", "CLIENT_KEY");
}

static void present_certificate_tls12(void)
{
    keep_to_tls12();
    present_certificate();
}

static void offer_certificate_later(void)
{
    present_certificate();
    SSL_set_post_handshake_auth(ssl, 1);
}

/* The next handshake cannot resume, if the server gave no ticket. */
static void forget(void)
{
    SSL_SESSION_set1_id(SSL_get0_session(ssl), (const unsigned char *)"", 0);
}

static void change_certificate(void)
{
    present("OTHER_CERT", "OTHER_KEY");
}

static void change_certificate_and_forget(void)
{
    change_certificate();
    forget();
}

static const struct use uses[] = {
    {"plain", nothing, nothing},
    {"modes", set_modes, nothing},
    {"read-in-between", read_in_between, nothing},
    {"read-ahead", read_ahead, nothing},
    {"no-tickets", refuse_tickets, nothing},
    {"certificate", nothing, look_at_the_certificate},
    {"info-callback", listen_to_handshakes, nothing},
    {"memory-bio", use_memory_bios, nothing},
    {"filter-bio", put_a_filter_between, nothing},
    {"two-numbers", use_two_numbers, nothing},
    {"other-number", nothing, change_to_other_number},
    {"memory-bio-later", nothing, change_to_memory_bios},
    {"early-data", try_early_data, nothing},
    {"async", work_asynchronously, nothing},
    {"exporter", nothing, export_a_key},
    {"finished", nothing, bind_the_channel},
    {"key-update", nothing, update_keys},
    {"fork", nothing, share_with_a_child},
    {"unblocked", nothing, unblock},
    {"unblocked-and-back", nothing, unblock_and_block},
    {"renegotiation", keep_to_tls12, renegotiate},
    {"own-bio", use_own_bio, nothing},
    {"dup-before", duplicate, nothing},
    {"dup-after", nothing, duplicate},
    {"shutdown-received", nothing, say_that_the_peer_ended},
    {"shutdown-sent", nothing, say_that_we_ended},
    {"shutdown-unsaid", nothing, say_that_all_ended_and_unsay_it},
    {"kernel-tls", ask_for_kernel_tls, demand_kernel_tls},
    {"client-certificate", present_certificate, nothing},
    {"client-certificate-tls12", present_certificate_tls12, nothing},
    {"client-certificate-forgets", present_certificate, forget},
    {"client-certificate-tls12-forgets", present_certificate_tls12, forget},
    {"client-certificate-changes", present_certificate, change_certificate},
    {"client-certificate-changes-forgets", present_certificate, change_certificate_and_forget},
    {"post-handshake", offer_certificate_later, nothing},
};

const struct use *use_of(const char *name)
{
    for (size_t i = 0; i < sizeof uses / sizeof uses[0]; i++)
        if (strcmp(uses[i].name, name) == 0)
            return &uses[i];
    return NULL;
}
