#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""PostgreSQL with TLS: temporary table, transaction and LISTEN survive silence, with psql and with
psycopg2. Its first bytes are an SSLRequest, so it is never taken for HTTP."""
import postgresql_talk
import protocols
import services
import tls
from postgresql_talk import SECURE_URL, listener

TYPED = """
select ssl from pg_stat_ssl where pid = pg_backend_pid();
create temporary table kept (number int);
begin;
insert into kept values (42);
commit;
select repeat('x', 300), number from kept;
select repeat('y', 300), number from kept;
""".strip().split("\n")
authority = postgresql_talk.authority = tls.shared_authority()
PSQL = ["sh", "-c", f"psql -XqtAv ON_ERROR_STOP=1 '{SECURE_URL}'"]
protocols.hold(lambda: services.postgres(authority),
               {"psql": protocols.command(*PSQL, lines=TYPED)}, [listener])
