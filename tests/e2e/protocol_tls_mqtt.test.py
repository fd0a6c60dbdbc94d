#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""MQTT over TLS: mosquitto_sub receives what comes after a silence, mosquitto_pub is silent between
the lines that it publishes, all of them long enough to be requests of HTTP."""
import os
import subprocess
import time

import harness
import protocols
import sessions
import tls

PUBLISH = ("mosquitto_pub -d -p {port} --cafile CA -i me{port} -t lines{port} -q QOS -l"
           "| sed s/{port}/N/g")
LONG = "a long line for a long request "
authority = tls.shared_authority()
TLS = ["--cafile", authority.ca]


def publish(topic, message):
    """Past the relay, by another client that is bare."""
    subprocess.run(["mosquitto_pub", *TLS, "-h", "127.0.0.1", "-p", os.environ["BROKER"],
                    "-t", topic, "-m", message], check=True, env=harness.bare_environment())


def subscriber(port, environment):
    topic = f"news{port}"
    command = ["mosquitto_sub", *TLS, "-h", "127.0.0.1", "-p", str(port), "-t", topic, "-C", "3"]
    with protocols.start(command, environment) as process:
        for silence in (3, 1, 3):
            time.sleep(silence * protocols.PAUSE_S)
            publish(topic, f"after {silence} silences, {LONG}")
        return protocols.outcome(process)


def publisher(qos):
    command = PUBLISH.replace("QOS", qos).replace("CA", f"{authority.ca} -h 127.0.0.1")
    return protocols.command("sh", "-c", command, lines=[LONG * 3, LONG, LONG * 2])


protocols.hold(lambda: sessions.mosquitto(authority),
               {"mosquitto_sub": subscriber, "mosquitto_pub 0": publisher("0"),
                "mosquitto_pub 2": publisher("2")})
