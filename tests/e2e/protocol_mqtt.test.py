#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""MQTT: subscriptions and the session belong to the connection. mosquitto_sub receives what comes
after a silence and after a ping of the protocol; mosquitto_pub is silent between the lines that it
publishes."""
import os
import subprocess
import time

import harness
import protocols
import sessions

KEEP_ALIVE_S = 5    # the shortest that mosquitto_sub accepts
PUBLISH = "mosquitto_pub -d -p {port} -i me{port} -t lines{port} -q QOS -l | sed s/{port}/N/g"


def publish(topic, message):
    """Past the relay, by another client that is bare."""
    subprocess.run(["mosquitto_pub", "-p", os.environ["BROKER"], "-t", topic, "-m", message],
                   check=True, env=harness.bare_environment())


def subscriber(port, environment):
    topic = f"news{port}"
    command = ["mosquitto_sub", "-p", str(port), "-t", topic, "-C", "2", "-k", str(KEEP_ALIVE_S)]
    with protocols.start(command, environment) as process:
        for silence_s in (2 * protocols.PAUSE_S, KEEP_ALIVE_S + 2 * protocols.PAUSE_S):
            time.sleep(silence_s)
            publish(topic, f"after {silence_s} s")
        return protocols.outcome(process)


def publisher(qos):
    return protocols.command("sh", "-c", PUBLISH.replace("QOS", qos), lines=["one", "two", "three"])


protocols.hold(sessions.mosquitto, {"mosquitto_sub": subscriber, "mosquitto_pub 0": publisher("0"),
                           "mosquitto_pub 2": publisher("2")})
