#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 180s
"""An edge-triggered epoll client loses nothing when it writes in the moment of its eviction."""
import race

race.run(race.compiled("epoll_edge"), race.AT_LIMIT)
