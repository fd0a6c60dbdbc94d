#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 180s
"""PHP's curl over https loses no request in the race, and sends none twice."""
import race
import tls

authority = tls.make_authority()
race.run(race.script("php-curl-tls", "php_curl.php", cures_itself=("GET", "POST"), tls=authority,
                     environment={"SSL_CERT_FILE": authority.ca}))
