"""The servers that bench/server measures: how each is started, and its cost.

Every server gets one worker on one processor, the access log off, no cap on
requests per connection that a run could reach, sendfile and TCP_NODELAY where
it has a choice, and otherwise its own defaults.
"""

import os
import pathlib
import subprocess
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tests/peers"))
import server_process  # noqa: E402

CONNECTIONS = 8192

NGINX = """
worker_processes 1;
daemon off;
pid {dir}/nginx.pid;
error_log {dir}/nginx.err;
worker_rlimit_nofile 16384;
events {{ worker_connections {connections}; {events} }}
http {{
  access_log off;
  types {{ text/html html; text/plain txt; application/octet-stream bin; }}
  default_type application/octet-stream;
  sendfile on;
  tcp_nodelay on;
  {extra}
  keepalive_timeout 75s;
  keepalive_requests 1000000000;
  client_body_temp_path {dir}/body;
  proxy_temp_path {dir}/proxy;
  fastcgi_temp_path {dir}/fastcgi;
  uwsgi_temp_path {dir}/uwsgi;
  scgi_temp_path {dir}/scgi;
  server {{ listen 127.0.0.1:{port} backlog=4096; root {root}; }}
}}
"""

NGINX_CACHE = """open_file_cache max=1000 inactive=60s;
  open_file_cache_valid 60s;"""

H2O = """
listen:
  host: 127.0.0.1
  port: {port}
num-threads: 1
max-connections: {connections}
http1-request-timeout: 75
tcp-fastopen: 0
hosts:
  default:
    paths:
      /:
        file.dir: {root}
"""

LIGHTTPD = """
server.modules = ()
server.document-root = "{root}"
server.bind = "127.0.0.1"
server.port = {port}
server.listen-backlog = 4096
server.pid-file = "{dir}/lighttpd.pid"
server.errorlog = "{dir}/lighttpd.err"
server.max-connections = {connections}
server.max-fds = 16384
server.max-keep-alive-requests = 1000000000
server.max-keep-alive-idle = 75
server.event-handler = "linux-sysepoll"
server.network-backend = "sendfile"
index-file.names = ( "index.html" )
mimetype.assign = ( ".html" => "text/html", ".txt" => "text/plain",
                    ".bin" => "application/octet-stream" )
"""


class Server(server_process.ServerProcess):
    """One server of the comparison, and what its processes cost."""

    def __init__(self, name, version, command, config=None):
        super().__init__(name, command, config)
        self.version = version

    def start_on(self, folder, root, core):
        self.start(folder, {"root": root, "connections": CONNECTIONS},
                   lambda: os.sched_setaffinity(0, {core}))
        time.sleep(0.2)  # forking of workers, reading of files

    def cpu_s(self):
        """Processor time of all its processes and threads, in seconds."""
        stats = [server_process.stat_of(pid) for pid in self.pids()]
        ticks = sum(int(stat[11]) + int(stat[12]) for stat in stats)
        return ticks / os.sysconf("SC_CLK_TCK")

    def memory_kib(self):
        """Resident memory of all its processes; what they share counts once."""
        kib = 0
        for pid in self.pids():
            with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as lines:
                kib += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
        return kib


def _version(command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, check=False)
    return done.stdout.strip().split("\n")[0]


def ours(binary):
    return Server("h1", _version([binary, "--version"]), [
        binary, "--listen", "127.0.0.1:{port}", "--root", "{root}/static",
        "--workers", "1", "--access-log", "off",
        "--keepalive-requests", "1000000000",
        "--max-connections", str(CONNECTIONS)])


def peers():
    """The peers that are installed; the names of the packages that are not."""
    found, missing = [], []
    nginx, h2o, lighttpd = map(server_process.find, ("nginx", "h2o", "lighttpd"))
    if nginx:
        version = _version([nginx, "-v"])
        command = [nginx, "-e", "{dir}/nginx.err", "-c", "{config}"]
        for name, extra in (("nginx", ""), ("nginx+cache", NGINX_CACHE)):
            config = NGINX.replace("{extra}", extra).replace("{events}", "")
            found.append(Server(name, version, command, config))
    else:
        missing.append("nginx-light")
    if h2o:
        found.append(Server("h2o", _version([h2o, "--version"]), [h2o, "-c", "{config}"], H2O))
    else:
        missing.append("h2o")
    if lighttpd:
        found.append(Server("lighttpd", _version([lighttpd, "-v"]),
                            [lighttpd, "-D", "-f", "{config}"], LIGHTTPD))
    else:
        missing.append("lighttpd")
    return found, missing
