#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Python's http.client: never looks before reuse, never retries, connects anew after an error."""
import http.client
from urllib.parse import urlsplit

from rounds import Rounds

rounds = Rounds("python-http.client")
url = urlsplit(rounds.base_url)
kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
connection = kind(url.netloc)


def exchange(path):
    try:
        connection.request(rounds.method, path, rounds.body)
        connection.getresponse().read()
    except Exception:
        connection.close()
        raise


rounds.run(exchange)
