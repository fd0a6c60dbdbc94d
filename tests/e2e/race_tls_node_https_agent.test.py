#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 180s
"""Node's https.Agent over https loses no request in the race, and sends none twice."""
import race
import tls

authority = tls.make_authority()
race.run(race.script("node-https.Agent", "node_http_agent.js", tls=authority,
                     environment={"NODE_EXTRA_CA_CERTS": authority.ca}))
