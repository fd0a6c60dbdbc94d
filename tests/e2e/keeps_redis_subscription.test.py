#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 120s
"""redis-cli SUBSCRIBE still receives a message that is published after a silence past the limit."""
import subprocess
import time

import harness
import services


def redis(port, *words):
    return subprocess.run(["redis-cli", "-p", str(port), *words], text=True, check=True,
                          capture_output=True, env=harness.bare_environment()).stdout


def connections(port):
    return int(redis(port, "INFO", "stats").split("total_connections_received:")[1].split()[0])


def subscriber_sees(port, environment, silence_s):
    """Returns (how many subscribers the message reached, the message, connections needed)."""
    before = connections(port)
    with harness.running(["redis-cli", "-p", str(port), "SUBSCRIBE", "news"], env=environment,
                         stdout=subprocess.PIPE, text=True) as subscriber:
        greeting = [subscriber.stdout.readline().strip() for _ in range(3)]
        assert greeting == ["subscribe", "news", "1"], greeting
        time.sleep(silence_s)
        reached = redis(port, "PUBLISH", "news", "hello").strip()
        message = [subscriber.stdout.readline().strip() for _ in range(3 if reached == "1" else 0)]
    own_questions = 2
    return reached, message, connections(port) - before - own_questions


def main():
    demands = harness.Demands()
    with services.redis() as port:
        for name, environment, silence_ms in harness.silences():
            seen = subscriber_sees(port, environment, silence_ms / 1000)
            demands.equal(f"redis-cli {name}", seen, ("1", ["message", "news", "hello"], 1))
    demands.finish()


main()
