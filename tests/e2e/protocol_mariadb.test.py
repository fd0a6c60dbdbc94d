#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""MariaDB: a variable, a temporary table, a lock by name, an open transaction and a prepared
statement survive silence, with the mariadb client."""
import contextlib
import subprocess

import harness
import protocols
import services

TYPED = """
set @x = 42, @first = connection_id();
select @x;
create temporary table kept (number int);
insert into kept values (43);
select get_lock('{port}', 0);
begin;
insert into kept values (44);
select sum(number) from kept;
rollback;
prepare addition from 'select ? + sum(number) from kept';
execute addition using @x;
select sleep(0.5);
select is_used_lock('{port}') = connection_id(), @first = connection_id(), database();
""".strip().split("\n")


@contextlib.contextmanager
def mariadb():
    port = services.free_port()
    home = services.folder_for("mysql", "mariadb")
    options = ["--no-defaults", f"--datadir={home}/data"]
    subprocess.run(["mariadb-install-db", *options,
                    "--auth-root-authentication-method=normal"], check=True, cwd=home,
                   env=harness.bare_environment(), **services.account("mysql"), **services.QUIET)
    command = ["mariadbd", *options, f"--socket={home}/socket", f"--port={port}",
               "--bind-address=127.0.0.1", f"--pid-file={home}/pid", "--skip-name-resolve"]
    with services.serving(port, command, cwd=home, **services.account("mysql")):
        yield port


CLIENT = ["mariadb", "--no-defaults", "-uroot", "-Dtest", "-h127.0.0.1", "-P{port}", "-N", "-n"]
protocols.hold(mariadb, {"mariadb": protocols.command(*CLIENT, lines=TYPED)})
