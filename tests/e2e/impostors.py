# SPDX-License-Identifier: MIT
"""Who may answer a reconnected TLS connection instead of the true server, and how a program meets them.

    cast = Cast()
    outcomes = cast.meet_all(names, versions)
"""
import concurrent.futures
import itertools
import os
import socket
import ssl
import struct
import subprocess

import harness
import impostor
import tls

VERIFIES = ("context", "hand", "nothing")
SOCKETS = ("blocking", "nonblocking")
SESSIONS = ("resumes", "forgets")
VERSIONS = {"1.3": ssl.TLSVersion.TLSv1_3, "1.2": ssl.TLSVersion.TLSv1_2,
            "1.1": ssl.TLSVersion.TLSv1_1, "1.0": ssl.TLSVersion.TLSv1}
# TLS 1.3 has its suites from elsewhere, and all others of 1.1 are alike.
ONLY = {"weaker cipher": ("1.2",), "older version": ("1.3", "1.2", "1.1")}
AT_ONCE = 16
TEN_DAYS_AGO = ("faketime", "-f", "-10d")
RSA = ("-newkey", "rsa:2048", "-nodes")


def context(certificate, newest="1.3", ciphers="DEFAULT:@SECLEVEL=0", alpn=("http/1.1",),
            session="resumes"):
    made = impostor.context(certificate)
    made.set_ciphers(ciphers)
    made.minimum_version = ssl.TLSVersion.TLSv1
    made.maximum_version = VERSIONS[newest]
    made.set_alpn_protocols(alpn)
    if session == "forgets":
        made.num_tickets = 0
        made.options |= ssl.OP_NO_TICKET
    return made


def plain_http(raw):
    got = raw.recv(65536)
    raw.sendall(impostor.RESPONSE)
    return got + raw.recv(65536)


def garbage(raw):
    got = raw.recv(65536)
    raw.sendall(bytes(range(256)) * 8)
    return got + raw.recv(65536)


def close(raw):
    return raw.recv(65536)


def close_at_once(raw):
    return b""


def reset(raw):
    got = raw.recv(65536)
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return got


def silence(raw):
    got = b""
    while piece := raw.recv(65536):
        got += piece
    return got


def replay(flight):
    """Sends again what the true server said in its first handshake: with its certificate, without its
    key."""
    def answer(raw):
        got = raw.recv(65536)
        raw.sendall(flight)
        return got + raw.recv(65536)
    return answer


def first_flight(certificate, newest):
    """What a server sends in answer to a ClientHello."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.check_hostname = False
    client.verify_mode = ssl.CERT_NONE
    ends = (client.wrap_bio(to_client, to_server),
            context(certificate, newest).wrap_bio(to_server, to_client, server_side=True))
    for end in ends:
        try:
            end.do_handshake()
        except ssl.SSLWantReadError:
            pass
    return to_client.read()


class Cast:
    def __init__(self):
        authority = tls.make_authority()
        sign = lambda name, **more: tls.sign(authority, name, **more)
        self.true = authority
        other_authority = tls.new_authority("other-authority")
        self_signed = tls.new_authority("self-signed")
        folder = os.path.dirname(authority.ca)
        self_signed.cert = self_signed.ca
        self_signed.key = os.path.join(folder, "self-signed.key")
        certificates = {
            "other key": sign("other"),
            "key of another type": sign("rsa", new_key=RSA),
            "self-signed": self_signed,
            "expired": sign("expired", at=TEN_DAYS_AGO),
            "expired, same key": sign("expired-same", at=TEN_DAYS_AGO, key=authority.key),
            "other name": sign("name", names="IP:127.0.0.2,DNS:other.example"),
            "other name, same key": sign("name-same", names="IP:127.0.0.2", key=authority.key),
            "one name more, same key": sign("more-same", names="IP:127.0.0.1,IP:127.0.0.2",
                                            key=authority.key),
            "other authority": tls.sign(other_authority, "foreign"),
            "other authority, same key": tls.sign(other_authority, "foreign-same",
                                                  key=authority.key),
            "renewed": sign("renewed", key=authority.key),
        }
        authority_below = sign("below", more=("-addext", "basicConstraints=critical,CA:TRUE"))
        below = tls.sign(tls.Authority(authority_below.cert, "", ""), "leaf")
        chain = tls.Authority(authority.ca, os.path.join(folder, "chain.pem"), below.key)
        with open(chain.cert, "w") as file:
            for certificate in (below.cert, authority_below.cert):
                file.write(open(certificate).read())
        certificates["chain cut off"] = below
        self.first = {"chain cut off": chain}
        self.roles = {name: lambda most, certificate=certificate: context(certificate, most)
                      for name, certificate in certificates.items()}
        self.roles.update({
            "no ALPN": lambda most: context(authority, most, alpn=()),
            "other ALPN": lambda most: context(authority, most, alpn=("http/1.0",)),
            "weaker cipher": lambda most: context(authority, most, ciphers="AES128:@SECLEVEL=0"),
            "older version": lambda most: context(
                authority, {"1.3": "1.2", "1.2": "1.1", "1.1": "1.0"}[most]),
            "oldest version": lambda most: context(authority, "1.0"),
            "its certificate without its key": lambda most: replay(first_flight(authority, most)),
            **{answer.__name__.replace("_", " "): lambda most, answer=answer: answer
               for answer in (plain_http, garbage, close, close_at_once, reset, silence)},
            "the true server": lambda most: context(authority, most),
        })

    def meet(self, role, verifies, kind, session, most):
        """One program and one impostor. Returns what the program printed, how many requests the true
        server had answered, whether anything of the second request was seen, and the log."""
        environment = {**harness.shim_environment({**harness.IDLE_LIMIT, "UNSTALE_LOG": "stderr"}),
                       "SSL_CERT_FILE": self.true.ca}
        first = context(self.first.get(role, self.true), most, session=session)
        # The true server itself can resume; everybody else has not its secrets.
        second = first if role == "the true server" else self.roles[role](most)
        with impostor.Impostor(first, second) as server:
            run = subprocess.run([os.path.join(harness.BUILD, "openssl_twice"), str(server.port),
                                  str(2 * harness.LIMIT_MS), verifies, kind, session, most],
                                 env=environment, text=True, capture_output=True, check=False)
        return run.stdout.strip(), server, run.stderr

    def meet_all(self):
        """Yields what it is (role, verifies, socket, session, version) and the outcome of meet()."""
        harness.build()
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            runs = {each: pool.submit(self.meet, *each) for each in self.scenes()}
            for each, run in runs.items():
                yield each, *run.result()

    def scenes(self):
        """With TLS_IMPOSTORS=all in the environment, everything; else the four ways of socket and
        session take turns, so that each role meets at least three of them."""
        every = os.environ.get("TLS_IMPOSTORS") == "all"
        for role in self.roles:
            programs = itertools.product(VERIFIES, ONLY.get(role, ("1.3", "1.2")))
            for turn, (verifies, most) in enumerate(programs):
                for way, (kind, session) in enumerate(itertools.product(SOCKETS, SESSIONS)):
                    if every or way == turn % 4:
                        yield role, verifies, kind, session, most
