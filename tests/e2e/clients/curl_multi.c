/* SPDX-License-Identifier: MIT
 *
 * libcurl's multi interface: the connection belongs to the multi handle and is reused by it.
 */
#include "curl.h"

static CURLM *multi;
static CURL *handle;

static const char *exchange(struct job *job, int *fd)
{
    int running = 1, left;
    (void)fd;

    curl_next_request(handle, job);
    curl_multi_add_handle(multi, handle);
    while (running) {
        curl_multi_perform(multi, &running);
        if (running)
            curl_multi_poll(multi, NULL, 0, 1000, NULL);
    }
    CURLMsg *done = curl_multi_info_read(multi, &left);
    CURLcode code = done ? done->data.result : CURLE_FAILED_INIT;
    curl_multi_remove_handle(multi, handle);
    return code == CURLE_OK ? NULL : curl_easy_strerror(code);
}

int main(int argc, char **argv)
{
    struct job job = job_from_arguments(argc, argv);
    multi = curl_multi_init();
    handle = curl_handle(&job);
    int status = job_run(&job, exchange, job_sleep);
    curl_easy_cleanup(handle);
    curl_multi_cleanup(multi);
    return status;
}
