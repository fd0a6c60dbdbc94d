#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 180s
"""java.net.http.HttpClient loses no request in the race, and sends none twice."""
import race

race.run(race.java("java-httpclient", "HttpClientClient", cures_itself=("GET",)))
