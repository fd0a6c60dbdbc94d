# SPDX-License-Identifier: MIT
"""What the tests of LDAP share: python-ldap and ldapmodify, which are silent between bind, search and
change. `authority` (tls.py) puts all of it into TLS."""
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
authority = None


def connect(port):
    connection = ldap.initialize(sessions.ldap_url(port, authority))
    if authority:
        connection.set_option(ldap.OPT_X_TLS_CACERTFILE, authority.ca)
        connection.set_option(ldap.OPT_X_TLS_NEWCTX, 0)
    return connection


def python_ldap(port):
    connection = connect(port)
    pause()
    connection.simple_bind_s(sessions.LDAP_ADMIN, sessions.LDAP_SECRET)
    pause()
    print(connection.whoami_s())
    entry = {"objectClass": [b"person"], "cn": [f"python{port}".encode()], "sn": [b"x"]}
    name = f"cn=python{port},{sessions.LDAP_BASE}"
    connection.add_s(name, ldap.modlist.addModlist(entry))
    pause()
    print(connection.search_s(name, ldap.SCOPE_BASE, attrlist=["sn"])[0][1])
    pause()
    print(connection.whoami_s())
    connection.unbind_s()


def ldapmodify():
    trust = f"LDAPTLS_CACERT={authority.ca} " if authority else ""
    words = ["ldapmodify", *sessions.ldap_admin("{port}", authority)]
    return protocols.command("sh", "-c", f"{trust}{' '.join(words)} | sed s/{{port}}/N/",
                             lines=TYPED)


def slapd():
    return sessions.slapd(authority)
