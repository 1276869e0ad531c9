"""The server as a child process, and plain requests to it."""

import http.client
import json
import os
import re
import socket
import subprocess

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))


def binary():
    """H1_HTTPD_BINARY names another than the one that Bazel builds."""
    named = os.environ.get("H1_HTTPD_BINARY")
    if named:
        return os.path.abspath(named)
    subprocess.run(["./bazelw", "build", "//server:httpd"], cwd=ROOT,
                   check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    return os.path.join(ROOT, "bazel-bin/server/httpd")


class Server:
    def __init__(self, *arguments):
        self.process = subprocess.Popen(
            [binary(), "--listen=127.0.0.1:0", "--access-log=off", *arguments],
            stderr=subprocess.PIPE, text=True)
        self.start_line = self.process.stderr.readline()
        while "warning:" in self.start_line:
            self.start_line = self.process.stderr.readline()
        port = re.search(r"127\.0\.0\.1:(\d+)", self.start_line)
        if port is None:
            self.stop()
            raise AssertionError(f"no start line: {self.start_line}")
        self.port = int(port.group(1))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.process.stderr.close()

    def url(self, path="/"):
        return f"http://127.0.0.1:{self.port}{path}"

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)

    def get(self, path, method="GET", **fields):
        """Status, fields and body of one request."""
        connection = self.connect()
        connection.request(method, path, headers=fields)
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer.status, answer.headers, body

    def raw(self, text):
        with socket.create_connection(("127.0.0.1", self.port), 10) as s:
            s.sendall(text)
            return s.recv(65536)

    def metrics(self):
        return json.loads(self.get("/_metrics?format=json")[2])
