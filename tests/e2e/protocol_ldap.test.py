#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""LDAP: who has bound is a property of the connection. python-ldap and ldapmodify are still who
they were after silence between bind, search and change."""
import protocols
from ldap_talk import ldapmodify, python_ldap, slapd

protocols.hold(slapd, {"ldapmodify": ldapmodify()}, [python_ldap])
