"""A request and an answer that are both streams of lines, under way at the same time."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterable, Iterator, Mapping
from http.client import HTTPConnection, HTTPException, HTTPResponse
from types import TracebackType
from typing import Any

from .connections import Connections
from .errors import Unreachable
from .problems import json_of

PIECE = 65_536
"""Bytes of lines that are sent together."""


class LinesFailed(Exception):
    """The lines of the request raised ``error``, which may be an OSError: no fault of the connection."""

    def __init__(self, error: Exception) -> None:
        super().__init__(error)
        self.error = error


class LineStream:
    """The lines of an answer, read while a thread still writes the lines of the request."""

    def __init__(
        self,
        connections: Connections,
        connection: HTTPConnection,
        answer: HTTPResponse,
        writer: _Writer,
        url: str,
    ) -> None:
        self._connections = connections
        self._connection = connection
        self._answer = answer
        self._writer = writer
        self._url = url
        self.status = answer.status
        """HTTP status."""
        self.headers: Mapping[str, str] = {name.lower(): value for name, value in answer.getheaders()}
        """Headers of the answer, with names in lower case."""

    @staticmethod
    def begin(
        connections: Connections,
        connection: HTTPConnection,
        head: tuple[str, str, Mapping[str, str]],
        lines: Iterable[bytes],
        url: str,
    ) -> LineStream:
        """Send the head, begin to write the lines, and wait for the head of the answer."""
        method, target, headers = head
        writer = _Writer(connection, lines)
        try:
            connection.putrequest(method, target, skip_accept_encoding=True)
            for name, value in headers.items():
                connection.putheader(name, value)
            connection.endheaders()
            writer.start()
            answer = connection.getresponse()
        except BaseException:
            writer.stop()
            connection.close()
            writer.finish()
            if writer.error is not None:
                raise LinesFailed(writer.error) from None
            raise
        return LineStream(connections, connection, answer, writer, url)

    def __iter__(self) -> Iterator[bytes]:
        """Lines of the answer without their newline. Raises what the lines of the request raised."""
        try:
            pending = b""
            while block := self._answer.read1(PIECE):
                *whole, pending = (pending + block).split(b"\n")
                yield from whole
            if pending:
                yield pending
        except (OSError, HTTPException) as error:
            self._writer.stop()
            self._raise_writers_error()
            raise self._broken() from error
        self._raise_writers_error()

    def read(self) -> bytes:
        """All of the answer."""
        try:
            return self._answer.read()
        except (OSError, HTTPException) as error:
            raise self._broken() from error

    def json(self) -> Any:
        """All of the answer as JSON."""
        return json_of(self.read(), self.status, self.headers)

    def close(self) -> None:
        """End the request; its connection is not used again where lines are still under way."""
        self._writer.stop()
        is_whole = self._answer.isclosed() and self._writer.is_done and not self._answer.will_close
        if is_whole:
            self._connections.give_back(self._connection)
        else:
            self._connection.close()
        self._writer.finish()

    def __enter__(self) -> LineStream:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _raise_writers_error(self) -> None:
        if self._writer.error is not None:
            raise self._writer.error

    def _broken(self) -> Unreachable:
        return Unreachable(f"the answer of {self._url} broke off before its end")


class _Writer:
    """Writes lines in a thread, as chunks of HTTP."""

    def __init__(self, connection: HTTPConnection, lines: Iterable[bytes]) -> None:
        # Not connection.send: where the answer has closed the connection, that would open another one.
        self._socket: socket.socket = connection.sock
        self._lines = lines
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._write, name="reward-calibration-writer", daemon=True)
        self.error: Exception | None = None
        """What the lines raised; that the server went away is seen by the reader."""
        self.is_done = False
        """Whether the end of the request was sent."""

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """No further line is sent."""
        self._stopped.set()

    def finish(self) -> None:
        """Wait for the thread; the connection was closed before, or everything was sent."""
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join()

    def _write(self) -> None:
        try:
            for piece in self._pieces():
                if self._stopped.is_set():
                    return
                self._socket.sendall(b"%x\r\n%b\r\n" % (len(piece), piece))
            if self._stopped.is_set():
                return
            self._socket.sendall(b"0\r\n\r\n")
            self.is_done = True
        except OSError:
            # The reader says why: by the answer that came before the end of the request, or by its absence.
            return

    def _pieces(self) -> Iterator[bytes]:
        pending: list[bytes] = []
        size = 0
        try:
            for line in self._lines:
                if self._stopped.is_set():
                    return
                pending.append(line)
                size += len(line)
                if size >= PIECE:
                    yield b"".join(pending)
                    pending, size = [], 0
        except Exception as error:
            # Shutting the socket down ends the wait of the reader, which raises this.
            self.error = error
            self._stopped.set()
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)
            return
        if pending:
            yield b"".join(pending)
