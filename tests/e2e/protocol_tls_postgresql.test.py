#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""PostgreSQL with TLS: temporary table, transaction and LISTEN survive silence, with psql and with
psycopg2. Its first bytes are an SSLRequest, so it is never taken for HTTP."""
import select

import psycopg2

import protocols
import services
import tls
from protocols import pause

TYPED = """
select ssl from pg_stat_ssl where pid = pg_backend_pid();
create temporary table kept (number int);
begin;
insert into kept values (42);
commit;
select repeat('x', 300), number from kept;
select repeat('y', 300), number from kept;
""".strip().split("\n")
URL = "host=127.0.0.1 port={port} user=test dbname=postgres sslmode=require"
authority = tls.shared_authority()


def listener(port):
    """Waits in select(), as psycopg2's manual shows."""
    connection = psycopg2.connect(URL.format(port=port))
    connection.autocommit = True
    cursor = connection.cursor()
    cursor.execute(f"listen own{port}")
    for number in range(3):
        pause()
        cursor.execute(f"notify own{port}, '{number}'")
        select.select([connection], [], [], 2 * protocols.PAUSE_S)
        connection.poll()
        print([note.payload for note in connection.notifies])


PSQL = ["sh", "-c", f"psql -XqtAv ON_ERROR_STOP=1 '{URL}'"]
protocols.hold(lambda: services.postgres(authority),
               {"psql": protocols.command(*PSQL, lines=TYPED)}, [listener])
