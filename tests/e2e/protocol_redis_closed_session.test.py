#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""When Redis has closed an idle connection that had a database, a user, a transaction or other
state, the loss is the program's to know: on a new connection its next command would mean something
else."""
import concurrent.futures
import contextlib
import shlex
import time

import redis

import protocols
import services

CLOSED_S = 4    # the server closes what was idle for 1 s
STATES = {
    "database": ["SELECT 3"],
    "database, later": ["PING", "GET x", "SELECT 3", "PING", "GET x"],
    "user": ["AUTH default any"],
    "name": ["CLIENT SETNAME me"],
    "protocol": ["HELLO 2"],
    "transaction": ["MULTI"],
    "watched key": ["WATCH x"],
    "client flag": ["CLIENT NO-EVICT on"],
    "script": ["EVAL 'return 1' 0"],
    "subscription that ended": ["SUBSCRIBE news", "UNSUBSCRIBE news"],
}


@contextlib.contextmanager
def impatient_redis():
    with services.redis() as port:
        redis.Redis(port=port).config_set("timeout", 1)
        yield port


def send(connection, command):
    try:
        connection.send_command(*shlex.split(command))
        return connection.read_response()
    except redis.ResponseError as error:
        return error


def closed_session(port, state):
    connection = redis.Connection(port=port)
    for command in STATES[state]:
        send(connection, command)
    time.sleep(CLOSED_S)
    try:
        return send(connection, "SET x 1")
    except redis.ConnectionError:
        return "lost"


def sessions(port):
    """One after the other would take too long."""
    with concurrent.futures.ThreadPoolExecutor(len(STATES)) as pool:
        for state, result in zip(STATES, pool.map(closed_session, [port] * len(STATES), STATES)):
            print(state, result)


protocols.hold(impatient_redis, programs=[sessions], connections={"sessions": len(STATES)})
