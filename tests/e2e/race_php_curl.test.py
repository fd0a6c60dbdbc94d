#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 180s
"""PHP's curl loses no request in the race, and sends none twice."""
import race

race.run(race.script("php-curl", "php_curl.php", cures_itself=("GET", "POST")))
