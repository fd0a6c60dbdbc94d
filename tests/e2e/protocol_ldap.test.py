#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""LDAP: who has bound is a property of the connection. python-ldap and ldapmodify are still who
they were after silence between bind, search and change."""
import contextlib
import os
import subprocess

import ldap
import ldap.modlist

import harness
import protocols
import services
from protocols import pause

BASE, ADMIN, SECRET = "dc=test", "cn=admin,dc=test", "secret"
CONFIGURATION = """
include /etc/ldap/schema/core.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile {home}/pid
database mdb
suffix {base}
rootdn {admin}
rootpw {secret}
directory {home}
access to * by self write by anonymous auth
"""
ROOT = """dn: dc=test
objectClass: organization
objectClass: dcObject
o: test
dc: test
"""
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


def write_configuration(home):
    path = os.path.join(home, "slapd.conf")
    with open(path, "w") as file:
        file.write(CONFIGURATION.format(home=home, base=BASE, admin=ADMIN, secret=SECRET))
    return path


@contextlib.contextmanager
def slapd():
    port = services.free_port()
    home = services.folder_for("openldap", "slapd")
    command = ["slapd", "-d", "0", "-f", write_configuration(home), "-h",
               f"ldap://127.0.0.1:{port}"]
    with services.serving(port, command, **services.account("openldap")):
        subprocess.run(["ldapadd", *admin(port)], input=ROOT, text=True, check=True,
                       env=harness.bare_environment(), **services.QUIET)
        yield port


def admin(port):
    return ["-x", "-H", f"ldap://127.0.0.1:{port}", "-D", ADMIN, "-w", SECRET]


def python_ldap(port):
    connection = ldap.initialize(f"ldap://127.0.0.1:{port}")
    pause()
    connection.simple_bind_s(ADMIN, SECRET)
    pause()
    print(connection.whoami_s())
    entry = {"objectClass": [b"person"], "cn": [b"python"], "sn": [b"x"]}
    name = f"cn=python{port},{BASE}"
    connection.add_s(name, ldap.modlist.addModlist({**entry, "cn": [f"python{port}".encode()]}))
    pause()
    print(connection.search_s(name, ldap.SCOPE_BASE, attrlist=["sn"])[0][1])
    pause()
    connection.unbind_s()


protocols.hold(slapd, {"ldapmodify": protocols.command("sh", "-c", "ldapmodify " + " ".join(
    admin("{port}")) + " | sed s/{port}/N/", lines=TYPED)}, [python_ldap])
