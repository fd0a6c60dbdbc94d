/* SPDX-License-Identifier: MIT
 *
 * Heads of HTTP/1.1 messages as real programs sent them, those of servers together with a short body, as
 * one read gets them. In one header, because bench/heads.c counts what following them takes.
 */
#ifndef UNSTALE_TESTS_UNIT_RECORDED_HEADS_H
#define UNSTALE_TESTS_UNIT_RECORDED_HEADS_H

#include <stdbool.h>

#define HOST "127.0.0.1:8080"
#define DATE "Mon, 23 Nov 2026 01:40:22 GMT"
#define HTML "<html>hello</html>\n"

static const struct recorded_head {
    const char *sender;
    bool is_response;
    const char *text;
} recorded_heads[] = {
    {"bench/calls.c", false, "GET / HTTP/1.1\r\nHost: bench\r\n\r\n"},
    {"curl, GET", false,
     "GET /api/v1/orders/42 HTTP/1.1\r\nHost: " HOST "\r\nUser-Agent: curl/7.88.1\r\n"
     "Accept: */*\r\n\r\n"},
    {"curl, POST", false,
     "POST /api/v1/orders HTTP/1.1\r\nHost: " HOST "\r\nUser-Agent: curl/7.88.1\r\n"
     "Accept: */*\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{\"id\":42}"},
    {"Python requests", false,
     "GET /api/v1/orders/42 HTTP/1.1\r\nHost: " HOST "\r\nUser-Agent: python-requests/2.28.1\r\n"
     "Accept-Encoding: gzip, deflate\r\nAccept: */*\r\nConnection: keep-alive\r\n\r\n"},
    {"Java HttpClient", false,
     "GET /api/v1/orders/42 HTTP/1.1\r\nContent-Length: 0\r\nHost: " HOST "\r\n"
     "User-Agent: Java-http-client/17.0.15\r\n\r\n"},
    {"Java HttpURLConnection", false,
     "GET /api/v1/orders/42 HTTP/1.1\r\nUser-Agent: Java/17.0.15\r\nHost: " HOST "\r\n"
     "Accept: text/html, image/gif, image/jpeg, */*; q=0.2\r\nConnection: keep-alive\r\n\r\n"},
    {"Node http", false,
     "GET /api/v1/orders/42 HTTP/1.1\r\nHost: " HOST "\r\nConnection: keep-alive\r\n\r\n"},
    {"Node fetch", false,
     "GET /api/v1/orders/42 HTTP/1.1\r\nhost: " HOST "\r\nconnection: keep-alive\r\naccept: */*\r\n"
     "accept-language: *\r\nsec-fetch-mode: cors\r\nuser-agent: node\r\n"
     "accept-encoding: gzip, deflate\r\n\r\n"},
    {"bench/peer.c", true, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"},
    {"nginx", true,
     "HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nDate: " DATE "\r\nContent-Type: text/html\r\n"
     "Content-Length: 19\r\nLast-Modified: " DATE "\r\nConnection: keep-alive\r\n"
     "ETag: \"6b039984-13\"\r\nAccept-Ranges: bytes\r\n\r\n" HTML},
    {"Apache", true,
     "HTTP/1.1 200 OK\r\nDate: " DATE "\r\nServer: Apache/2.4.71 (Debian)\r\n"
     "Last-Modified: " DATE "\r\nETag: \"13-660e7ad3be060\"\r\nAccept-Ranges: bytes\r\n"
     "Content-Length: 19\r\nKeep-Alive: timeout=5, max=100\r\nConnection: Keep-Alive\r\n"
     "Content-Type: text/html\r\n\r\n" HTML},
    {"Node", true,
     "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nDate: " DATE "\r\n"
     "Connection: keep-alive\r\nKeep-Alive: timeout=5\r\nContent-Length: 9\r\n\r\n{\"id\":42}"},
};

#endif
