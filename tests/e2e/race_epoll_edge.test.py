#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 180s
"""An edge-triggered epoll C client loses no request in the race, and sends none twice."""
import race

race.run(race.compiled("epoll_edge"))
