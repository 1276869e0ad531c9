"""The servers that tools/differential asks: how each is started and stopped.

Each has one process where it can, listens on a free port of 127.0.0.1, logs into
the folder it is given and keeps its own defaults about what a request is. All
answer something like 200 or 405 to a request they take: only whether they take it
counts.
"""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "peers"))
import server_process  # noqa: E402
from server_process import find  # noqa: E402

NGINX = """
daemon off;
master_process off;
pid {dir}/nginx.pid;
error_log {dir}/nginx.err;
events {{ worker_connections 256; }}
http {{
  access_log off;
  keepalive_requests 1000000;
  client_body_temp_path {dir}/body;
  proxy_temp_path {dir}/proxy;
  fastcgi_temp_path {dir}/fastcgi;
  uwsgi_temp_path {dir}/uwsgi;
  scgi_temp_path {dir}/scgi;
  server {{
    listen 127.0.0.1:{port};
    location / {{ return 200 "ok\\n"; }}
  }}
}}
"""

H2O = """
listen:
  host: 127.0.0.1
  port: {port}
num-threads: 1
tcp-fastopen: 0
hosts:
  default:
    paths:
      /:
        file.dir: {dir}
"""

LIGHTTPD = """
server.modules = ()
server.document-root = "{dir}"
server.bind = "127.0.0.1"
server.port = {port}
server.errorlog = "{dir}/lighttpd.err"
"""

HAPROXY = """
global
  nbthread 1
defaults
  mode http
  timeout client 5s
  timeout http-request 5s
  timeout http-keep-alive 5s
frontend all
  bind 127.0.0.1:{port}
  http-request return status 200 content-type text/plain string ok
"""

APACHE = """
LoadModule mpm_event_module {modules}/mod_mpm_event.so
LoadModule authz_core_module {modules}/mod_authz_core.so
LoadModule reqtimeout_module {modules}/mod_reqtimeout.so
ServerName a
ServerRoot {dir}
PidFile {dir}/apache2.pid
Mutex file:{dir}
ErrorLog {dir}/apache2.err
DocumentRoot {dir}
User nobody
Group nogroup
Listen 127.0.0.1:{port}
StartServers 1
MaxKeepAliveRequests 0
"""

APACHE_MODULES = "/usr/lib/apache2/modules"

# Name, program, arguments, configuration, Debian package.
KNOWN = [
    ("nginx", "nginx", ["-e", "{dir}/nginx.err", "-c", "{config}"], NGINX, "nginx-light"),
    ("h2o", "h2o", ["-c", "{config}"], H2O, "h2o"),
    ("lighttpd", "lighttpd", ["-D", "-f", "{config}"], LIGHTTPD, "lighttpd"),
    ("haproxy", "haproxy", ["-db", "-f", "{config}"], HAPROXY, "haproxy"),
    ("apache", "apache2", ["-X", "-f", "{config}"], APACHE, "apache2-bin"),
    ("node-server", "node", [f"{HERE}/server_node.js", "{port}"], None, "nodejs"),
]


class Server(server_process.ServerProcess):
    """One server that is asked."""

    def start_in(self, folder):
        self.start(folder, {"modules": APACHE_MODULES})


def ours(binary):
    return Server("httpd", [
        binary, "--listen", "127.0.0.1:{port}", "--root", "{dir}", "--workers", "1",
        "--access-log", "off", "--keepalive-requests", "1000000",
        "--drain-idle", "0"])


def peers():
    """The servers that are installed, and [(name, package)] of those that are not."""
    found, missing = [], []
    for name, program, arguments, config, package in KNOWN:
        path = find(program)
        if path:
            found.append(Server(name, [path, *arguments], config))
        else:
            missing.append((name, package))
    return found, missing
