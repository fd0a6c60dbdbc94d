#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Two requests over one kept https connection: PORT GAP_MS VERIFIES(yes|no) [TLS version]. The second
one goes out once. Prints what became of it: "answered", or the error's name."""
import http.client
import ssl
import sys
import time

port, gap_ms, verifies, *version = sys.argv[1:]
context = ssl.create_default_context()
if verifies == "no":
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
if version == ["1.2"]:
    context.maximum_version = ssl.TLSVersion.TLSv1_2
connection = http.client.HTTPSConnection("127.0.0.1", int(port), context=context)
connection.request("GET", "/first")
connection.getresponse().read()
time.sleep(int(gap_ms) / 1000)
try:
    connection.request("POST", "/second", b"secret")
    connection.getresponse().read()
    print("answered")
except Exception as error:
    print(type(error).__name__)
