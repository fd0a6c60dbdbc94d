#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 180s
"""Perl's LWP over https loses no request in the race, and sends none twice."""
import race
import tls

authority = tls.make_authority()
race.run(race.script("perl-lwp-tls", "perl_lwp.pl", tls=authority,
                     environment={"PERL_LWP_SSL_CA_FILE": authority.ca}))
