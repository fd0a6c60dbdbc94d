#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""tls.c for Python's http.client: PORT COUNT GAP_MS reuse|fresh VERSION. Prints the same three figures."""
import http.client
import ssl
import statistics
import sys
import time

port, count, gap_ms = (int(word) for word in sys.argv[1:4])
fresh = sys.argv[4] == "fresh"
context = ssl.create_default_context()
context.check_hostname = False
context.verify_mode = ssl.CERT_NONE
if sys.argv[5] == "1.2":
    context.maximum_version = ssl.TLSVersion.TLSv1_2
client = http.client.HTTPSConnection("127.0.0.1", port, context=context)
places, times, resumed = [], [], 0
for _ in range(count + 1):
    if fresh:
        client.close()
    time.sleep(gap_ms / 1000)
    began = time.monotonic()
    client.request("GET", "/")
    client.getresponse().read()
    times.append((time.monotonic() - began) * 1e6)
    places.append(client.sock.getsockname())
    resumed += len(places) > 1 and places[-1] != places[-2] and client.sock.session_reused
print(f"{statistics.median(times[1:]):.1f} {len(set(places))} {resumed}")
