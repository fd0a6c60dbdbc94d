#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""LDAP: who has bound is a property of the connection. python-ldap and ldapmodify are still who
they were after silence between bind, search and change."""
import ldap
import ldap.modlist

import protocols
import sessions
from protocols import pause

TYPED = """dn: cn=typed{port},dc=test
changetype: add
objectClass: person
cn: typed{port}
sn: Someone

dn: cn=typed{port},dc=test
changetype: modify
replace: sn
sn: Nobody

dn: cn=typed{port},dc=test
changetype: delete

""".split("\n")


def python_ldap(port):
    connection = ldap.initialize(f"ldap://127.0.0.1:{port}")
    pause()
    connection.simple_bind_s(sessions.LDAP_ADMIN, sessions.LDAP_SECRET)
    pause()
    print(connection.whoami_s())
    entry = {"objectClass": [b"person"], "cn": [b"python"], "sn": [b"x"]}
    name = f"cn=python{port},{sessions.LDAP_BASE}"
    connection.add_s(name, ldap.modlist.addModlist({**entry, "cn": [f"python{port}".encode()]}))
    pause()
    print(connection.search_s(name, ldap.SCOPE_BASE, attrlist=["sn"])[0][1])
    pause()
    connection.unbind_s()


protocols.hold(sessions.slapd, {"ldapmodify": protocols.command("sh", "-c", "ldapmodify " + " ".join(
    sessions.ldap_admin("{port}")) + " | sed s/{port}/N/", lines=TYPED)}, [python_ldap])
