# SPDX-License-Identifier: MIT
"""Servers of Debian (and Node), told to close what rests for 5 s, and what unstale learns of them."""
import contextlib
import http.client
import os
import tempfile

import harness
import learning
import ledger
import servers
from tools import free_port, need, started

TIMEOUT_S = 5
REQUESTS = 3000
CONNECTIONS = 200

NODE = "require('http').createServer((_, answer) => answer.end('ok')).listen(%d, '127.0.0.1', 4096)"
APACHE = """\
ServerRoot {place}
PidFile {place}/pid
ErrorLog /dev/null
Listen 127.0.0.1:{port}
ListenBacklog 4096
ServerName a
LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
User nobody
Group nogroup
KeepAlive On
KeepAliveTimeout 5
MaxKeepAliveRequests 0
ServerLimit 16
ThreadsPerChild 64
MaxRequestWorkers 1024
DocumentRoot {place}/root
<Directory {place}/root>
Require all granted
</Directory>
"""
HAPROXY = """\
global
    maxconn 4096
defaults
    mode http
    timeout connect 5s
    timeout client 60s
    timeout server 60s
    timeout http-keep-alive 5s
frontend f
    bind 127.0.0.1:{port} backlog 4096
    http-request return status 200 content-type text/plain string ok
"""
NGINX = "server {{ listen 127.0.0.1:{port} backlog=4096; keepalive_timeout 5; location / {{ return 200 ok; }} }}"


@contextlib.contextmanager
def node():
    [program] = need("node")
    port = free_port()
    with started([program, "-e", NODE % port], port):
        yield port, "its own default"


@contextlib.contextmanager
def nginx():
    with servers.nginx(NGINX) as (port, _):
        yield port, "keepalive_timeout 5"


@contextlib.contextmanager
def apache():
    [program] = need("apache2")
    port = free_port()
    with servers.folder() as place:
        os.mkdir(os.path.join(place, "root"))
        with open(os.path.join(place, "root", "index.html"), "w") as file:
            file.write("ok")
        path = os.path.join(place, "httpd.conf")
        with open(path, "w") as file:
            file.write(APACHE.format(place=place, port=port))
        with started([program, "-f", path, "-DFOREGROUND"], port):
            yield port, "KeepAliveTimeout 5"


@contextlib.contextmanager
def haproxy():
    [program] = need("haproxy")
    port = free_port()
    with servers.folder() as place:
        path = os.path.join(place, "haproxy.cfg")
        with open(path, "w") as file:
            file.write(HAPROXY.format(port=port))
        with started([program, "-db", "-q", "-f", path], port):
            yield port, "timeout http-keep-alive 5s"


@contextlib.contextmanager
def gunicorn():
    [program] = need("gunicorn")
    port = free_port()
    with servers.folder() as place:
        with open(os.path.join(place, "app.py"), "w") as file:
            file.write("def app(environ, start):\n"
                       "    start('200 OK', [('Content-Length', '2')])\n    return [b'ok']\n")
        with started([program, "-k", "gthread", "--threads", "16", "--worker-connections", "1000",
                      "--keep-alive", "5", "--chdir", place, "-b", f"127.0.0.1:{port}", "app:app"],
                     port):
            yield port, "gthread, --keep-alive 5"


SERVERS = {"Node": node, "Apache httpd": apache, "nginx": nginx, "HAProxy": haproxy,
           "gunicorn": gunicorn}


def hint_of(port):
    """Without a word, and (Apache httpd) when the request says Connection: keep-alive."""
    hints = []
    for headers in ({}, {"Connection": "keep-alive"}):
        connection = http.client.HTTPConnection("127.0.0.1", port)
        connection.request("GET", "/", headers=headers)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        hints.append(answer.getheader("Keep-Alive"))
    if hints[1] and not hints[0]:
        return f"`{hints[1]}`, to who asks for it"
    return hints[0] and f"`{hints[0]}`"


def requests_to(port, environment):
    command = [harness.PYTHON, learning.CLIENT, str(port), "--phases", f"{TIMEOUT_S}:{REQUESTS}",
               "--connections", str(CONNECTIONS)]
    return learning.report_of(command, environment, 600)


def learned_of(start):
    with start() as (port, setting), tempfile.TemporaryDirectory(prefix="unstale-") as folder:
        bare = requests_to(port, harness.bare_environment())
        cured = requests_to(port, harness.shim_environment({"UNSTALE_LEDGER": folder}))
        [peer] = ledger.read([folder], lambda path, reason: print(path, reason))
        return {"setting": setting, "hint": hint_of(port), "learned_ms": peer.timeout_ms,
                "limit_ms": peer.limit_ms, "lost_bare": bare["lost"], "lost": cured["lost"]}
