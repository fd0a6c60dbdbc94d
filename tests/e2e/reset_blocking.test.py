#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 180s
"""A blocking C client loses nothing, without any setting, when the server has reset while idle."""
import race

race.run(race.compiled("blocking"), race.RESET)
