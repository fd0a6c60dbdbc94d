# SPDX-License-Identifier: MIT
"""Slow first responses over TLS, one test for each kind of server (fronts.py): Node, the JDK's client
and wget get each of three responses that take five times the limit, and the server has read each
request once: what is cut is an error, or is asked for again. How many connections that takes is not
asked, because on a busy machine the time between two requests may reach the limit, too.
"""
import json
import subprocess

import fronts
import harness
import race
import tls

ROUNDS = 3
CLIENT_LIMIT_S = 60


def clients(authority):
    java = race.java("java", "HttpClientClient", tls.java_properties(authority)).command
    return {"node": (race.script("node", "node_http_agent.js").command, "LD_PRELOAD"),
            "java": (java, "LD_PRELOAD"),
            "wget": (race.script("wget", "wget.py").command, "E2E_PROXY_PRELOAD")}


def start(command, preload, url, authority):
    trust = {"NODE_EXTRA_CA_CERTS": authority.ca, "SSL_CERT_FILE": authority.ca}
    environment = {**harness.shim_environment(harness.IDLE_LIMIT, preload), **trust}
    slow = f"{url}/slow?ms={5 * harness.LIMIT_MS}&at="
    return subprocess.Popen([*command, slow, "GET", str(ROUNDS), "0"], env=environment,
                            stdout=subprocess.PIPE)


def run(kind):
    demands = harness.Demands()
    authority = tls.make_authority()
    with fronts.front(kind, authority, "--mode", "stay") as (url, server):
        processes = {name: start(*client, url, authority)
                     for name, client in clients(authority).items()}
        for name, process in processes.items():
            report = json.loads(process.communicate(timeout=CLIENT_LIMIT_S)[0])
            demands.equal(f"{name}: answers", report["ok"], ROUNDS)
            demands.equal(f"{name}: errors", report["errors"], {})
        stats = server.stats()
    demands.equal("requests that the server read", stats["requests"], ROUNDS * len(processes))
    demands.finish()
