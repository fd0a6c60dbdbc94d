# SPDX-License-Identifier: MIT
"""The servers and the sidecar proxies, from Debian, on 127.0.0.1, bare, until the block ends."""
import contextlib
import glob
import os
import shutil
import subprocess
import tempfile

from tools import Missing, free_port, need, started

IDLE_S = 3      # what a sidecar is told: give up connections to the server after it


@contextlib.contextmanager
def folder(owner=None):
    path = tempfile.mkdtemp(prefix="unstale-bench-")
    os.chmod(path, 0o755)
    if owner and os.getuid() == 0:
        shutil.chown(path, owner, owner)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def account(name):
    """For a server that does not run as root."""
    return {"user": name, "group": name, "extra_groups": []} if os.getuid() == 0 else {}


@contextlib.contextmanager
def redis():
    [program] = need("redis-server")
    port = free_port()
    with folder() as place, started(
            [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", place,
             "--appendonly", "no"], port):
        yield port


@contextlib.contextmanager
def memcached():
    [program] = need("memcached")
    port = free_port()
    with started([program, "-p", str(port), "-l", "127.0.0.1", "-U", "0", "-t", "1", "-m", "64",
                  "-u", "nobody"], port):
        yield port


def postgres_program(name):
    found = sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"))
    if not found:
        raise Missing("not installed: PostgreSQL's " + name)
    return found[-1]


@contextlib.contextmanager
def postgres():
    """A database `postgres` that pgbench has filled, for the user `postgres`, without password."""
    port = free_port()
    with folder("postgres") as place:
        options = {**account("postgres"), "cwd": place}
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "check": True}
        data = os.path.join(place, "data")
        subprocess.run([postgres_program("initdb"), "-D", data, "-A", "trust", "-U", "postgres",
                        "-N"], **options, **quiet)
        with started([postgres_program("postgres"), "-D", data, "-p", str(port), "-k", place, "-c",
                      "listen_addresses=127.0.0.1", "-c", "fsync=off"], port, **options):
            subprocess.run([postgres_program("pgbench"), "-h", "127.0.0.1", "-p", str(port), "-U",
                            "postgres", "-i", "-s", "5", "postgres"], **options, **quiet)
            yield port


NGINX = """\
worker_processes 1; daemon off; master_process off; error_log stderr crit; pid {place}/pid;
events {{ worker_connections {connections}; }}
http {{
    access_log off; keepalive_timeout 75s; keepalive_requests 100000000;
    {paths}
    {body}
}}
"""
NGINX_PATHS = " ".join(f"{name}_temp_path {{place}}/{name};" for name in
                       ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
NGINX_ORIGIN = """\
    server {{ listen 127.0.0.1:{port} backlog=4096; location / {{ return 200 ok; }}
             location = /status {{ stub_status; }} }}"""
NGINX_SECURED = """\
    server {{ listen 127.0.0.1:{port} ssl backlog=4096; location / {{ return 200 ok; }}
             ssl_protocols TLSv1.2 TLSv1.3; ssl_certificate {certificate};
             ssl_certificate_key {key}; }}
    server {{ listen 127.0.0.1:{status}; location = /status {{ stub_status; }} }}"""
NGINX_SIDECAR = """\
    upstream origin {{ server 127.0.0.1:{origin}; keepalive 1024; keepalive_timeout {idle}s;
                      keepalive_requests 100000000; }}
    server {{ listen 127.0.0.1:{port} backlog=4096;
             location / {{ proxy_pass http://origin; proxy_http_version 1.1;
                           proxy_set_header Connection ""; }} }}"""


@contextlib.contextmanager
def nginx(body, connections=4096, **values):
    [program] = need("nginx")
    port = free_port()
    with folder() as place:
        path = os.path.join(place, "nginx.conf")
        with open(path, "w") as file:
            file.write(NGINX.format(place=place, paths=NGINX_PATHS.format(place=place),
                                    connections=connections,
                                    body=body.format(port=port, **values)))
        with started([program, "-p", place, "-c", path], port) as process:
            yield port, process.pid


@contextlib.contextmanager
def origin():
    with nginx(NGINX_ORIGIN, connections=8192) as (port, _):
        yield port


def make_certificate(place):
    [program] = need("openssl")
    names = [os.path.join(place, name) for name in ("certificate.pem", "key.pem")]
    subprocess.run([program, "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                    "-out", names[0], "-keyout", names[1]], check=True, stderr=subprocess.DEVNULL)
    return dict(zip(("certificate", "key"), names))


@contextlib.contextmanager
def secured_origin():
    """Over TLS; gives the port where it answers /status without, too."""
    status = free_port()
    with folder() as place, nginx(NGINX_SECURED, status=status, **make_certificate(place)) as (port, _):
        yield port, status


def nginx_sidecar(port):
    return nginx(NGINX_SIDECAR, origin=port, idle=IDLE_S)


HAPROXY = """\
global
    nbthread 1
    maxconn 8192
defaults
    mode http
    timeout connect 5s
    timeout client 75s
    timeout server 60s
    timeout http-keep-alive 75s
frontend f
    bind 127.0.0.1:{port} backlog 4096
    default_backend b
backend b
    http-reuse always
    server s 127.0.0.1:{origin} pool-max-conn -1 pool-purge-delay {idle}s
"""


@contextlib.contextmanager
def haproxy_sidecar(port):
    [program] = need("haproxy")
    own = free_port()
    with folder() as place:
        path = os.path.join(place, "haproxy.cfg")
        with open(path, "w") as file:
            file.write(HAPROXY.format(port=own, origin=port, idle=IDLE_S))
        with started([program, "-db", "-q", "-f", path], own) as process:
            yield own, process.pid
