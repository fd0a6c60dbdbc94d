#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 180s
"""Ruby's Net::HTTP over https loses no request in the race, and sends none twice."""
import race
import tls

authority = tls.make_authority()
race.run(race.script("ruby-net-http-tls", "ruby_net_http.rb", cures_itself=("GET",),
                     tls=authority, environment={"SSL_CERT_FILE": authority.ca}))
