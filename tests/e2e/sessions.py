# SPDX-License-Identifier: MIT
"""Servers whose protocol lives in the connection: LDAP, IMAP, MQTT, Redis; with TLS from the first
byte when an authority (tls.py) is given.
"""
import contextlib
import os
import subprocess

import harness
import services

LDAP_BASE, LDAP_ADMIN, LDAP_SECRET = "dc=test", "cn=admin,dc=test", "secret"
SLAPD = """
include /etc/ldap/schema/core.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile {home}/pid
{tls}
database mdb
suffix {base}
rootdn {admin}
rootpw {secret}
directory {home}
access to * by self write by anonymous auth
"""
LDAP_ROOT = """dn: dc=test
objectClass: organization
objectClass: dcObject
o: test
dc: test
"""
DOVECOT = """
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/log
protocols = imap
listen = 127.0.0.1
{tls}
disable_plaintext_auth = no
mail_location = maildir:{home}/mail/%u
first_valid_uid = 1
service imap-login {{
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
passdb {{
  driver = static
  args = password=secret
}}
userdb {{
  driver = static
  args = uid=mail gid=mail home={home}/mail/%u
}}
"""


def ldap_url(port, authority):
    return f"{'ldaps' if authority else 'ldap'}://127.0.0.1:{port}"


def ldap_admin(port, authority=None):
    """The arguments of OpenLDAP's commands."""
    return ["-x", "-H", ldap_url(port, authority), "-D", LDAP_ADMIN, "-w", LDAP_SECRET]


@contextlib.contextmanager
def slapd(authority=None):
    port = services.free_port()
    home = services.folder_for("openldap", "slapd")
    path = os.path.join(home, "slapd.conf")
    tls = ("TLSCertificateFile %s\nTLSCertificateKeyFile %s" %
           services.keys_for("openldap", home, authority) if authority else "")
    with open(path, "w") as file:
        file.write(SLAPD.format(home=home, base=LDAP_BASE, admin=LDAP_ADMIN, secret=LDAP_SECRET,
                                tls=tls))
    command = ["slapd", "-d", "0", "-f", path, "-h", ldap_url(port, authority)]
    with services.serving(port, command, **services.account("openldap")):
        subprocess.run(["ldapadd", *ldap_admin(port, authority)], input=LDAP_ROOT, text=True,
                       check=True, env={**harness.bare_environment(), **ldap_trust(authority)},
                       **services.QUIET)
        yield port


def ldap_trust(authority):
    return {"LDAPTLS_CACERT": authority.ca} if authority else {}


@contextlib.contextmanager
def dovecot(authority=None):
    """As root, which dovecot's privilege separation asks for."""
    assert os.getuid() == 0, "dovecot needs root"
    home = services.folder_for("mail", "dovecot")
    os.chmod(home, 0o755)
    port = services.free_port()
    os.environ["SERVER"] = str(port)
    tls = ("ssl = yes\nssl_cert = <%s\nssl_key = <%s" % services.keys_for("root", home, authority)
           if authority else "ssl = no")
    path = os.path.join(home, "dovecot.conf")
    with open(path, "w") as file:
        file.write(DOVECOT.format(home=home, port=0 if authority else port, tls=tls,
                                  tls_port=port if authority else 0))
    with services.serving(port, ["dovecot", "-F", "-c", path]):
        yield port


@contextlib.contextmanager
def mosquitto(authority=None):
    port = services.free_port()
    os.environ["BROKER"] = str(port)
    command = ["mosquitto", "-p", port]
    if authority:
        home = services.folder_for("mosquitto", "mosquitto")
        path = os.path.join(home, "mosquitto.conf")
        with open(path, "w") as file:
            file.write("listener %d 127.0.0.1\nallow_anonymous true\ncertfile %s\nkeyfile %s\n" %
                       (port, *services.keys_for("mosquitto", home, authority)))
        command = ["mosquitto", "-c", path]
    with services.serving(port, command):
        yield port


@contextlib.contextmanager
def redis_tls(authority):
    """Yields the port of a redis-server without persistence that speaks nothing but TLS."""
    port = services.free_port()
    command = ["redis-server", "--port", "0", "--tls-port", port, "--bind", "127.0.0.1",
               "--tls-auth-clients", "no", "--tls-cert-file", authority.cert,
               "--tls-key-file", authority.key, "--tls-ca-cert-file", authority.ca, "--save", "",
               "--dir", harness.temporary_folder(), "--daemonize", "no"]
    with services.serving(port, command):
        yield port
