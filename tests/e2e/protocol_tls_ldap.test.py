#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""LDAPS: who has bound is still who they were after silence between bind, search and change, with
python-ldap and ldapmodify (GnuTLS)."""
import ldap

import protocols
import sessions
import tls
from protocols import pause

TYPED = """dn: cn=typed{port},dc=test
changetype: add
objectClass: person
cn: typed{port}
sn: Someone

dn: cn=typed{port},dc=test
changetype: delete

""".split("\n")
authority = tls.shared_authority()


def python_ldap(port):
    connection = ldap.initialize(sessions.ldap_url(port, authority))
    connection.set_option(ldap.OPT_X_TLS_CACERTFILE, authority.ca)
    connection.set_option(ldap.OPT_X_TLS_NEWCTX, 0)
    pause()
    connection.simple_bind_s(sessions.LDAP_ADMIN, sessions.LDAP_SECRET)
    pause()
    print(connection.whoami_s())
    pause()
    print(connection.search_s(sessions.LDAP_BASE, ldap.SCOPE_BASE, attrlist=["o"])[0][1])
    pause()
    print(connection.whoami_s())
    connection.unbind_s()


LDAPMODIFY = f"LDAPTLS_CACERT={authority.ca} ldapmodify " + " ".join(
    sessions.ldap_admin("{port}", authority)) + " | sed s/{port}/N/"

protocols.hold(lambda: sessions.slapd(authority),
               {"ldapmodify": protocols.command("sh", "-c", LDAPMODIFY, lines=TYPED)},
               [python_ldap])
