#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 180s
"""PHP's streams over TLS lose no request in the race, and send none twice."""
import race
import tls

authority = tls.make_authority()
race.run(race.script("php-streams-tls", "php_streams.php", tls=authority,
                     environment={"SSL_CERT_FILE": authority.ca}))
