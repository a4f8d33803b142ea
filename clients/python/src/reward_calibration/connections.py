"""Keep-alive connections to one server: each is used by one thread at a time."""

from __future__ import annotations

import os
import select
import socket
import ssl
import threading
from http.client import HTTPConnection, HTTPSConnection
from urllib.parse import urlsplit

from .errors import InputError

CONNECT_TIMEOUT = 10.0
"""Seconds for a connection to be made; an answer may take far longer."""


class Address:
    """Where the service is: scheme, host, port, and the path before its routes."""

    def __init__(self, url: str) -> None:
        """Read a URL such as ``https://host/calibration``; InputError for anything else."""
        try:
            parts = urlsplit(url if "//" in url else f"//{url}", scheme="http")
            port = parts.port
        except ValueError:
            raise InputError(f"{_shown(url)} is not a URL: http://host:port is needed") from None
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise InputError(f"{_shown(url)} is not a URL of a service: http://host:port is needed")
        if parts.username or parts.password:
            raise InputError("the url holds a user or a password: give the key as api_key=")
        self.is_secure = parts.scheme == "https"
        self.host = parts.hostname
        self.port = port or (443 if self.is_secure else 80)
        self.path = parts.path.rstrip("/")
        shown = f"[{self.host}]" if ":" in self.host else self.host
        self.url = f"{parts.scheme}://{shown}{f':{port}' if port else ''}{self.path}"

    def connect(self, timeout: float) -> HTTPConnection:
        """A new connection. Raises OSError where none can be made."""
        connection: HTTPConnection
        waiting = min(timeout, CONNECT_TIMEOUT)
        if self.is_secure:
            context = ssl.create_default_context()
            connection = HTTPSConnection(self.host, self.port, timeout=waiting, context=context)
        else:
            connection = HTTPConnection(self.host, self.port, timeout=waiting)
        connection.connect()
        if connection.sock is not None:
            connection.sock.settimeout(timeout)
        return connection


def _shown(url: str) -> str:
    """A wrong URL as an error quotes it: not where a password or a key may stand in it."""
    return "the url" if any(mark in url for mark in "@?#") else f"url {url!r}"


class Connections:
    """Idle connections to an address; as many are kept as were ever in use at once."""

    def __init__(self, address: Address, timeout: float) -> None:
        self._address = address
        self._timeout = timeout
        self._idle: list[HTTPConnection] = []
        self._lock = threading.Lock()
        self._process = os.getpid()

    def take(self, *, fresh: bool) -> tuple[HTTPConnection, bool]:
        """A connection that the server has not closed, the one used last; a new one with ``fresh``.

        Also whether it was used before. Raises OSError where none can be made.
        """
        connection = None if fresh else self._last()
        while connection is not None:
            if _is_open(connection):
                return connection, True
            connection.close()
            connection = self._last()
        return self._address.connect(self._timeout), False

    def give_back(self, connection: HTTPConnection) -> None:
        """Keep a connection whose answer was read to its end."""
        if connection.sock is None:
            return
        with self._lock:
            self._idle.append(connection)

    def close(self) -> None:
        """Close all idle connections; later ones are new."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def _last(self) -> HTTPConnection | None:
        with self._lock:
            if self._process != os.getpid():
                # After a fork the sockets are those of the parent: two processes would mix up their answers.
                self._process, self._idle = os.getpid(), []
            return self._idle.pop() if self._idle else None


def _is_open(connection: HTTPConnection) -> bool:
    """Whether nothing waits to be read: between two requests that can only be the end of the connection."""
    sock = connection.sock
    return sock is not None and not _is_readable(sock)


def _is_readable(sock: socket.socket) -> bool:
    if hasattr(select, "poll"):
        poll = select.poll()
        poll.register(sock, select.POLLIN | select.POLLHUP | select.POLLERR)
        return bool(poll.poll(0))
    return bool(select.select([sock], [], [], 0)[0])
