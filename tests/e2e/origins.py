# SPDX-License-Identifier: MIT
"""nginx as the server of a test, on a free port, with its files in TEST_TMP."""
import contextlib
import os

import harness
import services

CONFIG = """\
daemon off;
user nobody nogroup;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
    access_log off;
{paths}
    server {{
        {lines}
        root {folder};
    }}
}}
"""


@contextlib.contextmanager
def nginx(lines, files=()):
    """lines: of its server section, {port} stands for the port. files: (name, content) that it can
    serve. Yields the port and the process, which reads its settings anew at SIGHUP."""
    folder = os.path.join(harness.temporary_folder(), f"nginx-{services.free_port()}")
    os.mkdir(folder)
    os.chmod(folder, 0o711)
    for name, content in files:
        with open(os.path.join(folder, name), "w", encoding="ascii") as file:
            file.write(content)
    port = services.free_port()
    config = os.path.join(folder, "nginx.conf")
    paths = "\n".join(f"    {kind}_temp_path {folder}/{kind};"
                      for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    with open(config, "w", encoding="ascii") as file:
        file.write(CONFIG.format(folder=folder, paths=paths, lines=lines.format(port=port)))
    with harness.running(["/usr/sbin/nginx", "-c", config, "-p", folder,
                          "-e", f"{folder}/error.log"], env=harness.bare_environment()) as process:
        services.wait_for(lambda: services.listens(port), "nginx")
        yield port, process
