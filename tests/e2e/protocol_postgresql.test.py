#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""PostgreSQL: LISTEN, an open transaction, a cursor, a prepared statement, an advisory lock, COPY
and a pipeline of a slow query survive silence, with psql and with psycopg2 (libpq)."""
import protocols
import services
from postgresql_talk import URL, connect, listener
from protocols import pause

TYPED = """
select pg_backend_pid() as first \\gset
listen news{port};
create temporary table kept (number int);
begin;
insert into kept values (42);
declare numbers cursor for select * from generate_series(1, 3);
fetch numbers;
prepare addition as select $1 + number from kept;
fetch numbers;
commit;
execute addition(1);
copy kept from stdin;
43
44
\\.
select sum(number), pg_backend_pid() = :first from kept;
notify news{port}, 'hello';
select payload from (select 'end' as payload) as last;
""".strip().split("\n")
PSQL = ["sh", "-c", f"psql -XqtAv ON_ERROR_STOP=1 '{URL}'| sed 's/PID [0-9]*/PID/;s/{{port}}/N/'"]


def transaction(port):
    connection = connect(port)
    cursor = connection.cursor()
    for statement in ("select pg_backend_pid() as pid into temporary table own",
                      f"select pg_advisory_xact_lock({port}), pg_sleep({protocols.PAUSE_S})",
                      "select pid = pg_backend_pid() from own"):
        cursor.execute(statement)
        pause()
    print(cursor.fetchall())
    cursor.execute(f"select mode, granted from pg_locks where objid = {port}")
    print(cursor.fetchall())


protocols.hold(services.postgres, {"psql": protocols.command(*PSQL, lines=TYPED)},
               [listener, transaction])
