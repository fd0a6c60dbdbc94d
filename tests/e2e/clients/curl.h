/* SPDX-License-Identifier: MIT
 *
 * What the two libcurl clients share: one easy handle, set up once, its address changed for each
 * request, so that libcurl reuses its connection. libcurl repeats a request that failed on a reused
 * connection by itself, up to five times in a handle's life, and loses the sixth.
 */
#ifndef CURL_CLIENT_H
#define CURL_CLIENT_H

#include "client.h"

#include <curl/curl.h>

/* A handle that sends job's method and body and drops what it receives. */
CURL *curl_handle(const struct job *job);

/* Points the handle at the next request. */
void curl_next_request(CURL *handle, struct job *job);

#endif
