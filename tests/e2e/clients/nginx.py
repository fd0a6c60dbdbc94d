#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""nginx as a reverse proxy with upstream keep-alive and no second try. See proxy.py."""
import proxy


def config(port, peer, folder, authority):
    temporary = "\n".join(
        f"    {kind}_temp_path {folder}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    tls = (f"proxy_ssl_verify on; proxy_ssl_trusted_certificate {authority};"
           "proxy_ssl_name 127.0.0.1;" if authority else "")
    return f"""
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
    access_log off;
{temporary}
    upstream server {{
        server {peer};
        keepalive 4;
    }}
    server {{
        listen 127.0.0.1:{port};
        location / {{
            proxy_pass {'https' if authority else 'http'}://server;
            {tls}
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_next_upstream off;
        }}
    }}
}}
"""


proxy.run("nginx", lambda file, folder: [
    "/usr/sbin/nginx", "-c", file, "-p", folder, "-e", f"{folder}/error.log"], config)
