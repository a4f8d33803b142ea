"""A small HTTP server that misbehaves as a test asks it to."""

from __future__ import annotations

import json
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import BinaryIO

Deed = Callable[[socket.socket], None]
"""What the server does instead of answering properly; the connection is closed after it."""

ANSWER = {"rewards": [0.5], "biases": [0.5], "extrapolated": [], "version": 3, "calibrated": True}


@dataclass
class Misbehaving:
    """The server's address, what it was sent, and what it shall do to the next requests."""

    url: str = ""
    deeds: list[Deed] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    """The first line of every request."""
    connections: int = 0


def answer(status: int = 200, body: object = None, **headers: str) -> bytes:
    """An answer as bytes; header names have underscores for hyphens."""
    content = json.dumps(ANSWER if body is None else body).encode()
    lines = [f"HTTP/1.1 {status} X", "content-type: application/json", f"content-length: {len(content)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content


def send(data: bytes) -> Deed:
    """Sends these bytes."""
    return lambda connection: connection.sendall(data)


def refuse(status: int, code: str, **headers: str) -> Deed:
    """Answers with a problem document."""
    problem = {"type": f"/docs#{code}", "title": code, "status": status, "detail": code, "request_id": "r-1"}
    return send(answer(status, problem, **headers))


def close(_: socket.socket) -> None:
    """Answers nothing."""


def half(connection: socket.socket) -> None:
    """Sends half of an answer."""
    whole = answer()
    connection.sendall(whole[: len(whole) - 10])


@contextmanager
def misbehaving(*deeds: Deed) -> Iterator[Misbehaving]:
    """Does the deeds, one a request, and answers all further requests properly."""
    state = Misbehaving(deeds=list(deeds))

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            state.connections += 1
            reader = self.request.makefile("rb")
            while _read_request(reader, state):
                if state.deeds:
                    state.deeds.pop(0)(self.request)
                    return
                self.request.sendall(answer())

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server:
        state.url = f"http://127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        try:
            yield state
        finally:
            server.shutdown()


def _read_request(reader: BinaryIO, state: Misbehaving) -> bool:
    first = reader.readline()
    if not first:
        return False
    state.requests.append(first.decode().strip())
    length = 0
    while (line := reader.readline().strip()) != b"":
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
        if name.lower() == b"transfer-encoding":
            return _read_chunks(reader)
    reader.read(length)
    return True


def _read_chunks(reader: BinaryIO) -> bool:
    while reader.readline().strip() != b"":
        pass
    while (size := int(reader.readline() or b"0", 16)) > 0:
        reader.read(size + 2)
    reader.readline()
    return True
