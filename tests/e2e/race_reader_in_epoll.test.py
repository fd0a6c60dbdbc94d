#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 180s
"""A client with a reading thread in epoll_wait() loses no request in the race."""
import race

race.run(race.compiled("reader_in_epoll"))
