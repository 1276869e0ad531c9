#!/usr/bin/python3
"""Reads one message per frame with h11 and answers with what it made of it.

See children.h for the frames.
"""

import struct
import sys

import h11

ROOM = 1 << 20


def frame(strings):
    parts = []
    for value in strings:
        body = value if isinstance(value, bytes) else str(value).encode("latin-1", "replace")
        parts.append(struct.pack("<I", len(body)) + body)
    all_of_it = b"".join(parts)
    return struct.pack("<I", len(all_of_it)) + all_of_it


def lines_of(headers):
    """Names as they came, when this version of h11 keeps them."""
    return headers.raw_items() if hasattr(headers, "raw_items") else list(headers)


def connection_for(kind):
    if kind == b"Q":
        return h11.Connection(h11.SERVER, max_incomplete_event_size=ROOM)
    connection = h11.Connection(h11.CLIENT, max_incomplete_event_size=ROOM)
    connection.send(h11.Request(method="GET", target="/", headers=[("Host", "a")]))
    connection.send(h11.EndOfMessage())
    return connection


class Reading:
    def __init__(self):
        self.head = None
        self.body = []
        self.trailers = []
        self.done = False
        self.waits = False

    def pull(self, connection):
        """Takes events until the message ends or more input is needed."""
        while True:
            event = connection.next_event()
            if event is h11.NEED_DATA or event is h11.PAUSED:
                return
            if isinstance(event, (h11.Request, h11.Response, h11.InformationalResponse)):
                self.head = event
                if isinstance(event, h11.InformationalResponse):
                    self.done = True
                    return
            elif isinstance(event, h11.Data):
                self.body.append(bytes(event.data))
            elif isinstance(event, h11.EndOfMessage):
                self.trailers = lines_of(event.headers)
                self.done = True
                return
            else:  # ConnectionClosed before any message
                return


def read(kind, data):
    connection = connection_for(kind)
    got = Reading()
    verdict, why, end = "U", "", 0
    try:
        if data:
            connection.receive_data(data)
        got.pull(connection)
        if not got.done and kind == b"S" and got.head is not None:
            # The end of the input ends some responses; elsewhere it is an error
            # of the connection, not of the message.
            try:
                connection.receive_data(b"")
                got.pull(connection)
            except h11.RemoteProtocolError:
                pass
    except h11.RemoteProtocolError as error:
        # What stands after the colon is the input itself.
        verdict, why = "R", str(error).split(":")[0]
    if got.done:
        verdict, end = "A", len(data) - len(connection.trailing_data[0])
    head, lines = got.head, []
    method = target = phrase = minor = status = ""
    if head is not None:
        lines = lines_of(head.headers)
        minor = head.http_version.decode()[2:]
        if kind == b"Q":
            method, target = head.method, head.target
        else:
            status, phrase = head.status_code, bytes(head.reason)
    flat = [part for line in list(lines) + list(got.trailers) for part in line]
    return frame([verdict, why, method, target, phrase, minor, status, end,
                  b"".join(got.body), len(lines), len(got.trailers)] + flat)


def main():
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    while True:
        head = source.read(4)
        if len(head) < 4:
            return
        payload = source.read(struct.unpack("<I", head)[0])
        sink.write(read(payload[:1], payload[1:]))
        sink.flush()


if __name__ == "__main__":
    main()
