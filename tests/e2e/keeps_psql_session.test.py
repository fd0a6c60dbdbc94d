#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 120s
"""A psql session keeps its backend through a silence past the limit, and with it an open
transaction, a temporary table and a session setting."""
import subprocess
import time

import harness
import services

BEFORE = """
select pg_backend_pid();
set application_name = 'kept';
create temporary table kept (number int);
begin;
insert into kept values (42);
select pg_backend_pid();
"""
AFTER = """
select pg_backend_pid();
select number from kept;
commit;
select current_setting('application_name');
"""


def session(port, environment, silence_s):
    """Two silences, one with an open transaction and one after it. Returns the answers' lines."""
    command = ["psql", "-X", "-q", "-t", "-A", "-v", "ON_ERROR_STOP=1",
               f"host=127.0.0.1 port={port} user=test dbname=postgres"]
    process = subprocess.Popen(command, env=environment, text=True, stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    for text in (BEFORE, AFTER, "select pg_backend_pid();"):
        process.stdin.write(text)
        process.stdin.flush()
        time.sleep(silence_s)
    return process.communicate()[0].split()


def main():
    demands = harness.Demands()
    with services.postgres() as port:
        for name, environment, silence_ms in harness.silences():
            lines = session(port, environment, silence_ms / 1000)
            backend = lines[0] if lines else None
            demands.equal(f"psql {name}", lines,
                          [backend, backend, backend, "42", "kept", backend])
    demands.finish()


main()
