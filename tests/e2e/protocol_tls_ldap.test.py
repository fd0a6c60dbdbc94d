#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""LDAPS: who has bound is still who they were after silence between bind, search and change, with
python-ldap and ldapmodify (GnuTLS)."""
import ldap_talk
import protocols
import tls
from ldap_talk import ldapmodify, python_ldap, slapd

ldap_talk.authority = tls.shared_authority()
protocols.hold(slapd, {"ldapmodify": ldapmodify()}, [python_ldap])
