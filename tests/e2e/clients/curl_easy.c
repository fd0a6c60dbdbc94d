/* SPDX-License-Identifier: MIT
 *
 * libcurl's easy interface: one handle, reused.
 */
#include "curl.h"

static CURL *handle;

static const char *exchange(struct job *job, int *fd)
{
    (void)fd;
    curl_next_request(handle, job);
    CURLcode code = curl_easy_perform(handle);
    return code == CURLE_OK ? NULL : curl_easy_strerror(code);
}

int main(int argc, char **argv)
{
    struct job job = job_from_arguments(argc, argv);
    handle = curl_handle(&job);
    int status = job_run(&job, exchange, job_sleep);
    curl_easy_cleanup(handle);
    return status;
}
