"""One server that listens on a free port of 127.0.0.1, and its processes."""

import os
import shutil
import signal
import socket
import subprocess
import time


def find(program):
    """Its path, or None; servers are often where only root looks."""
    path = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"
    return shutil.which(program, path=path)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def stat_of(pid):
    """The fields of /proc/PID/stat after the command's name: [0] is the state."""
    with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as stat:
        return stat.read().rpartition(")")[2].split()


class ServerProcess:
    """Words of the command and its configuration are formatted when it starts:
    {dir}, {port} and {config}, the path of the configuration, are known."""

    def __init__(self, name, command, config=None):
        self.name = name
        self.port = 0
        self._command = command
        self._config = config
        self._process = None

    def start(self, folder, words=None, preexec=None):
        """Starts it in `folder` and waits until it listens."""
        self.port = free_port()
        os.makedirs(folder, exist_ok=True)
        words = {"dir": folder, "port": self.port,
                 "config": f"{folder}/{self.name}.conf", **(words or {})}
        if self._config:
            with open(words["config"], "w", encoding="utf-8") as out:
                out.write(self._config.format(**words))
        log_path = f"{folder}/{self.name}.log"
        with open(log_path, "wb") as log:
            self._process = subprocess.Popen(
                [word.format(**words) for word in self._command], stdout=log,
                stderr=log, stdin=subprocess.DEVNULL, start_new_session=True,
                preexec_fn=preexec)
        for _ in range(100):
            if self._process.poll() is not None:
                break
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.05)
        self.stop()
        with open(log_path, encoding="utf-8", errors="replace") as log:
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
                if sign == signal.SIGTERM and not self.pids():
                    break
            except subprocess.TimeoutExpired:
                pass
        self._process = None

    def pids(self):
        """All processes of the session that start made."""
        found = []
        for name in filter(str.isdigit, os.listdir("/proc")):
            try:
                if int(stat_of(name)[3]) == self._process.pid:
                    found.append(name)
            except OSError:
                pass  # it ended meanwhile
        return found
