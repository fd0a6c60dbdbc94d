/* SPDX-License-Identifier: MIT
 *
 * See curl.h.
 */
#include "curl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t drop(char *data, size_t size, size_t count, void *context)
{
    (void)data;
    (void)context;
    return size * count;
}

CURL *curl_handle(const struct job *job)
{
    CURL *handle = curl_easy_init();

    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, drop);
    curl_easy_setopt(handle, CURLOPT_NOPROXY, "*");
    if (getenv("SSL_CERT_FILE"))
        curl_easy_setopt(handle, CURLOPT_CAINFO, getenv("SSL_CERT_FILE"));
    if (strcmp(job->method, "POST") == 0)
        curl_easy_setopt(handle, CURLOPT_COPYPOSTFIELDS, job_body(job));
    return handle;
}

void curl_next_request(CURL *handle, struct job *job)
{
    char url[256];
    snprintf(url, sizeof url, "%s%s", job->base_url, job_next_path(job));
    curl_easy_setopt(handle, CURLOPT_URL, url);
}
