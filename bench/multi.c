/* SPDX-License-Identifier: MIT
 *
 * libcurl's multi interface as a load: `multi URL REQUESTS AT_ONCE`. Prints requests per second.
 */
#include <curl/curl.h>
#include <stdio.h>

#include "client.h"

static size_t drop(char *bytes, size_t size, size_t count, void *unused)
{
    (void)bytes;
    (void)unused;
    return size * count;
}

static void add(CURLM *multi, const char *url)
{
    CURL *easy = curl_easy_init();
    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, drop);
    curl_multi_add_handle(multi, easy);
}

/* Takes what is done; starts it anew while there is more to do. Returns how many were done. */
static int turn(CURLM *multi, int more)
{
    int done = 0, left;
    CURLMsg *message;
    while ((message = curl_multi_info_read(multi, &left))) {
        CURL *easy = message->easy_handle;
        if (message->msg != CURLMSG_DONE)
            continue;
        if (message->data.result != CURLE_OK) {
            fprintf(stderr, "multi: %s\n", curl_easy_strerror(message->data.result));
            exit(1);
        }
        curl_multi_remove_handle(multi, easy);
        if (done++ < more)
            curl_multi_add_handle(multi, easy);
        else
            curl_easy_cleanup(easy);
    }
    return done;
}

int main(int count, char **arguments)
{
    if (count != 4)
        return 2;
    int requests = atoi(arguments[2]), at_once = atoi(arguments[3]), running;
    CURLM *multi = curl_multi_init();
    double began = seconds();
    for (int i = 0; i < at_once; i++)
        add(multi, arguments[1]);
    for (int done = 0; done < requests;) {
        curl_multi_perform(multi, &running);
        done += turn(multi, requests - done - at_once);
        curl_multi_poll(multi, NULL, 0, 100, NULL);
    }
    printf("%.1f\n", requests / (seconds() - began));
    return 0;
}
