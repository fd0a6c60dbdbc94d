#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 180s
"""java.net.http.HttpClient never sees its connection end when it is reconnected under it."""
import race

race.run(race.java("java-httpclient-reconnected", "HttpClientClient", cures_itself=("GET",)),
         race.RECONNECTED)
