#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 180s
"""Net::HTTP loses no request in the race, and sends none twice."""
import race

race.run(race.script("ruby-net-http", "ruby_net_http.rb", cures_itself=("GET",)))
