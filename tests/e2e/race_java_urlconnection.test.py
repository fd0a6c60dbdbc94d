#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 180s
"""HttpURLConnection loses no request in the race, and sends none twice."""
import race

race.run(race.java("java-urlconnection", "UrlConnectionClient",
                   cures_itself=("GET", "POST")))
