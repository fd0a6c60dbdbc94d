# SPDX-License-Identifier: MIT
"""What the tests of PostgreSQL share: psycopg2's connections, and a listener that is silent between
two notices. `authority` (tls.py) puts all of it into TLS."""
import select

import psycopg2

import protocols

URL = "host=127.0.0.1 port={port} user=test dbname=postgres"
SECURE_URL = f"{URL} sslmode=require"
authority = None


def connect(port):
    return psycopg2.connect((SECURE_URL if authority else URL).format(port=port))


def listener(port):
    """Waits in select(), as psycopg2's manual shows."""
    connection = connect(port)
    connection.autocommit = True
    cursor = connection.cursor()
    cursor.execute(f"listen own{port}")
    for number in range(3):
        protocols.pause()
        cursor.execute(f"notify own{port}, '{number}'")
        select.select([connection], [], [], 2 * protocols.PAUSE_S)
        connection.poll()
        print([note.payload for note in connection.notifies])
        select.select([connection], [], [], protocols.PAUSE_S)
