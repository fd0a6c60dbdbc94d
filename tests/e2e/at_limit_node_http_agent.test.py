#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 180s
"""Node's http.Agent loses nothing when it writes in the very moment of its eviction."""
import race

race.run(race.script("node-http.Agent", "node_http_agent.js"), race.AT_LIMIT)
