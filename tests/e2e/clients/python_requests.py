#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""requests with a Session: looks with poll() before reuse, does not retry. With https the
authority comes from REQUESTS_CA_BUNDLE."""
import requests

from rounds import Rounds

rounds = Rounds("python-requests")
session = requests.Session()
rounds.run(lambda path: session.request(rounds.method, rounds.base_url + path, data=rounds.body))
