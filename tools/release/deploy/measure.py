#!/usr/bin/python3
"""Measures what requests and connections cost on this machine, and does the sum.

    tools/release/deploy/measure.py [--httpd FILE] [--rate N] [--connections N]
                                    [--size BYTES]

It starts FILE (default: httpd in PATH, else bazel-bin/server/httpd) with one
worker on a free port of 127.0.0.1, with a folder of its own, asks it some
thousand times, and reads from /proc what that took. The client is slow on
purpose: with one request at a time the server wakes for each, so that a busy
one costs less per request than is printed here. Takes about ten seconds.
"""

import argparse
import os
import pathlib
import re
import resource
import shutil
import socket
import subprocess
import tempfile
import time

BUSY = 0.6  # how much of a core may be in use: the rest is for peaks
REQUESTS, CONNECTIONS, IDLE, DOWNLOADS = 8000, 3000, 2000, 100


def find_httpd():
    here = pathlib.Path(__file__).resolve().parents[3]
    return shutil.which("httpd") or str(here / "bazel-bin/server/httpd")


class Server:
    """httpd, until the end of a `with`."""

    def __init__(self, binary, root):
        self.process = subprocess.Popen(
            [binary, "--listen=127.0.0.1:0", "--workers=1", f"--root={root}",
             "--access-log=off", "--drain-idle=0", "--max-connections=4096",
             "--max-client-connections=none"],
            stderr=subprocess.PIPE, text=True)
        line = self.process.stderr.readline()
        match = re.search(r"listening on 127\.0\.0\.1:(\d+)", line)
        if match is None:
            raise SystemExit(f"httpd did not start: {line}")
        self.port = int(match.group(1))

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.process.terminate()
        self.process.wait(timeout=30)

    def cpu_us(self):
        """Processor time of all threads so far."""
        tasks = pathlib.Path(f"/proc/{self.process.pid}/task").iterdir()
        return sum(int((task / "schedstat").read_text().split()[0])
                   for task in tasks) / 1000

    def resident_bytes(self):
        pages = pathlib.Path(f"/proc/{self.process.pid}/statm").read_text()
        return int(pages.split()[1]) * resource.getpagesize()

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.port), timeout=10)


def kernel_bytes():
    """What the kernel has in slabs: sockets are among that."""
    text = pathlib.Path("/proc/meminfo").read_text()
    return int(re.search(r"^Slab:\s+(\d+) kB", text, re.M).group(1)) * 1024


def ask(connection, path, close=False):
    """One request; returns the size of the answer."""
    fields = "Connection: close\r\n" if close else ""
    connection.sendall(f"GET {path} HTTP/1.1\r\nHost: a\r\n{fields}\r\n".encode())
    head = b""
    while b"\r\n\r\n" not in head:
        head += connection.recv(65536)
    head, _, body = head.partition(b"\r\n\r\n")
    if b" 200 " not in head.split(b"\r\n")[0]:
        raise SystemExit(f"an answer is not 200: {head[:80]}")
    length = int(re.search(rb"Content-Length: (\d+)", head).group(1))
    left = length - len(body)
    while left > 0:
        left -= len(connection.recv(min(left, 1 << 20)))
    return length


def per_request(server):
    with server.connect() as connection:
        ask(connection, "/static/file")
        before = server.cpu_us()
        for _ in range(REQUESTS):
            ask(connection, "/static/file")
        return (server.cpu_us() - before) / REQUESTS


def per_connection(server):
    before = server.cpu_us()
    for _ in range(CONNECTIONS):
        with server.connect() as connection:
            ask(connection, "/static/file", close=True)
    return (server.cpu_us() - before) / CONNECTIONS


def per_mebibyte(server):
    with server.connect() as connection:
        ask(connection, "/static/large")
        before = server.cpu_us()
        size = sum(ask(connection, "/static/large") for _ in range(DOWNLOADS))
        return (server.cpu_us() - before) / (size / (1 << 20))


def per_idle(server):
    """Bytes of the process and of the kernel for each idle connection. Both
    ends are on this machine, and one of them is the server's."""
    resident, kernel = server.resident_bytes(), kernel_bytes()
    connections = []
    for _ in range(IDLE):
        connection = server.connect()
        ask(connection, "/static/file")
        connections.append(connection)
    time.sleep(0.5)
    found = ((server.resident_bytes() - resident) / IDLE,
             max(0, kernel_bytes() - kernel) / 2 / IDLE)
    for connection in connections:
        connection.close()
    return found


def bound_bytes(binary, connections):
    """What --print-limits adds up to."""
    out = subprocess.run(
        [binary, "--workers=1", f"--max-connections={connections}",
         "--print-limits"], capture_output=True, text=True, check=True).stdout
    return int(re.search(r"^sum\s+(\d+)", out, re.M).group(1))


def report(options, request, connection, mebibyte, idle):
    process, kernel = idle
    per = request + mebibyte * max(0, options.size - 1024) / (1 << 20)
    cores = options.rate * per / 1e6 / BUSY
    held = options.connections * (process + kernel)
    bound = bound_bytes(options.httpd, min(options.connections, 4096))
    print(f"""\
measured with {options.httpd}
  a request on an open connection, 1 KiB   {request:8.1f} us of processor time
  a request with a connection of its own   {connection:8.1f} us
  a mebibyte of a file                     {mebibyte:8.1f} us
  an idle connection: the process          {process:8.0f} bytes
                      the kernel           {kernel:8.0f} bytes (slabs; noisy)

for {options.rate} requests/s of {options.size} bytes and {options.connections} open connections
  cores     {options.rate} x {per:.1f} us / {BUSY} = {cores:.1f}
  memory    {bound / (1 << 20):.0f} MiB bound of one server (--print-limits), and
            {options.connections} x {process + kernel:.0f} bytes = {held / (1 << 20):.0f} MiB for connections
  servers   one more than are needed: the load of one that is restarted or gone
            is on the others""")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--httpd", default=find_httpd())
    parser.add_argument("--rate", type=int, default=10000)
    parser.add_argument("--connections", type=int, default=10000)
    parser.add_argument("--size", type=int, default=1024)
    options = parser.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with tempfile.TemporaryDirectory() as root:
        os.chmod(root, 0o755)
        for name, size in (("file", 1024), ("large", 1 << 20)):
            pathlib.Path(root, name).write_bytes(b"x" * size)
        with Server(options.httpd, root) as server:
            measured = (per_request(server), per_connection(server),
                        per_mebibyte(server), per_idle(server))
    report(options, *measured)


if __name__ == "__main__":
    main()
