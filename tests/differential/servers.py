"""The servers that tools/differential asks: how each is started and stopped.

Each has one process where it can, listens on a free port of 127.0.0.1, logs into
the folder it is given and keeps its own defaults about what a request is. All
answer something like 200 or 405 to a request they take: only whether they take it
counts.
"""

import os
import shutil
import signal
import socket
import subprocess
import time

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

HERE = os.path.dirname(os.path.abspath(__file__))

# Name, program, arguments, configuration, Debian package.
KNOWN = [
    ("nginx", "nginx", ["-e", "{dir}/nginx.err", "-c", "{config}"], NGINX, "nginx-light"),
    ("h2o", "h2o", ["-c", "{config}"], H2O, "h2o"),
    ("lighttpd", "lighttpd", ["-D", "-f", "{config}"], LIGHTTPD, "lighttpd"),
    ("haproxy", "haproxy", ["-db", "-f", "{config}"], HAPROXY, "haproxy"),
    ("apache", "apache2", ["-X", "-f", "{config}"], APACHE, "apache2-bin"),
    ("node-server", "node", [f"{HERE}/server_node.js", "{port}"], None, "nodejs"),
]


def find(program):
    return shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    def __init__(self, name, command, config=None):
        self.name = name
        self.port = 0
        self._command = command
        self._config = config
        self._process = None

    def start(self, folder):
        """Starts it in `folder` and waits until it listens."""
        self.port = free_port()
        os.makedirs(folder)
        words = {"dir": folder, "port": self.port, "config": f"{folder}/{self.name}.conf",
                 "modules": APACHE_MODULES}
        if self._config:
            with open(words["config"], "w", encoding="utf-8") as out:
                out.write(self._config.format(**words))
        with open(f"{folder}/output", "wb") as output:
            self._process = subprocess.Popen(
                [word.format(**words) for word in self._command], stdin=subprocess.DEVNULL,
                stdout=output, stderr=output, start_new_session=True)
        for _ in range(100):
            if self._process.poll() is not None:
                break
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.05)
        self.stop()
        with open(f"{folder}/output", encoding="utf-8", errors="replace") as output:
            raise RuntimeError(f"{self.name} does not start: {output.read()[-500:]}")

    def stop(self):
        """Ends the session that start made, of this server alone."""
        if self._process is None:
            return
        for sign in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self._process.pid, sign)
                self._process.wait(3)
            except (ProcessLookupError, subprocess.TimeoutExpired):
                continue
        self._process = None


def ours(binary):
    return Server("httpd", [
        binary, "--listen", "127.0.0.1:{port}", "--root", "{dir}", "--workers", "1",
        "--access-log", "off", "--keepalive-requests", "1000000"])


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
