#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""urllib3's PoolManager with its default retries, which repeat idempotent methods. With https the
authority comes from SSL_CERT_FILE."""
import os

import urllib3

from rounds import Rounds

rounds = Rounds("python-urllib3")
pool = urllib3.PoolManager(cert_reqs="CERT_REQUIRED", ca_certs=os.environ.get("SSL_CERT_FILE"))
rounds.run(lambda path: pool.request(rounds.method, rounds.base_url + path, body=rounds.body))
