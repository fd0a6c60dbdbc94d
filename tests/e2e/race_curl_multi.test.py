#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 180s
"""libcurl's multi interface loses no request in the race, and sends none twice."""
import race

race.run(race.compiled("curl_multi", cures_itself=("GET", "POST")))
