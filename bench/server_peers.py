"""The servers that bench/server measures: how each is started, and its cost.

Every server gets one worker on one processor, the access log off, no cap on
requests per connection that a run could reach, sendfile and TCP_NODELAY where
it has a choice, and otherwise its own defaults.
"""

import os
import shutil
import signal
import socket
import subprocess
import time

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


class Server:
    """One server of the comparison, and the processes it runs as."""

    def __init__(self, name, version, command, config=None):
        self.name = name
        self.version = version
        self._command = command  # with {config}, {port}, {root}
        self._config = config
        self._process = None
        self.port = 0

    def start(self, folder, root, core):
        self.port = free_port()
        names = {"dir": folder, "root": root, "port": self.port,
                 "connections": CONNECTIONS, "config": f"{folder}/{self.name}.conf"}
        if self._config:
            with open(names["config"], "w", encoding="utf-8") as out:
                out.write(self._config.format(**names))
        with open(f"{folder}/{self.name}.log", "wb") as log:
            self._process = subprocess.Popen(
                [word.format(**names) for word in self._command], stdout=log,
                stderr=log, stdin=subprocess.DEVNULL, start_new_session=True,
                preexec_fn=lambda: os.sched_setaffinity(0, {core}))
        for _ in range(100):
            if self._process.poll() is not None:
                break
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                time.sleep(0.2)  # forking of workers, reading of files
                return
            except OSError:
                time.sleep(0.05)
        self.stop()
        with open(f"{folder}/{self.name}.log", encoding="utf-8", errors="replace") as log:
            raise RuntimeError(f"{self.name} does not start: {log.read()[-500:]}")

    def stop(self):
        """Ends the process group, which start made of this server alone."""
        if self._process is None:
            return
        for sign in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self._process.pid, sign)
            except ProcessLookupError:
                pass
            try:
                self._process.wait(5)
                if sign == signal.SIGTERM and not self._pids():
                    break
            except subprocess.TimeoutExpired:
                pass
        self._process = None

    def _pids(self):
        """All processes of the session that start made."""
        found = []
        for name in filter(str.isdigit, os.listdir("/proc")):
            try:
                if int(stat_of(name)[3]) == self._process.pid:
                    found.append(name)
            except OSError:
                pass  # it ended meanwhile
        return found

    def cpu_s(self):
        """Processor time of all its processes and threads, in seconds."""
        ticks = sum(int(stat_of(pid)[11]) + int(stat_of(pid)[12]) for pid in self._pids())
        return ticks / os.sysconf("SC_CLK_TCK")

    def memory_kib(self):
        """Resident memory of all its processes; what they share counts once."""
        kib = 0
        for pid in self._pids():
            with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as lines:
                kib += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
        return kib


def stat_of(pid):
    """The fields of /proc/PID/stat behind the command's name: [0] is the state."""
    with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as stat:
        return stat.read().rpartition(")")[2].split()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _find(program):
    path = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"
    return shutil.which(program, path=path)


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
    nginx, h2o, lighttpd = _find("nginx"), _find("h2o"), _find("lighttpd")
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
