#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 180s
"""Node's http.Agent loses no request in the race, and sends none twice."""
import race

race.run(race.script("node-http.Agent", "node_http_agent.js"))
