"""Requests over keep-alive connections, with retries that honour what the service asks for."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from typing import Any, Literal
from urllib.parse import urlencode

from .connections import Address, Connections
from .errors import InputError
from .forms import Form
from .line_stream import LinesFailed, LineStream
from .problems import json_of, service_error
from .retries import NotSent, Retries

Method = Literal["GET", "POST", "PUT", "DELETE"]
Query = Iterable[tuple[str, str]]


@dataclass(frozen=True)
class Response:
    """An answer, read to its end."""

    status: int
    headers: Mapping[str, str]
    """With names in lower case."""
    body: bytes
    seconds_waited: float = field(default=0.0, compare=False)
    """From the last byte of the request to the head of the answer: the time of the service."""

    def json(self) -> Any:
        """The body as JSON. Raises ServiceError where it is none: something else answered."""
        return json_of(self.body, self.status, self.headers)

    def close(self) -> None:
        """Nothing is left to read."""


class _Stale(Exception):
    """The server closed a connection, used before, as the request was sent: no fault of the service."""


class Transport:
    """Sends requests to one service. Threads may share it."""

    def __init__(self, url: str, api_key: str | None, timeout: float, retries: int) -> None:
        """See Client."""
        if timeout <= 0 or retries < 0:
            raise InputError("timeout must be above 0 seconds, and retries at least 0")
        if api_key is not None and not (api_key.isascii() and api_key.isprintable() and api_key.strip()):
            raise InputError("api_key must be printable ASCII text")
        self._address = Address(url)
        self._connections = Connections(self._address, timeout)
        self._api_key = api_key
        self._retries = Retries(retries, self._address.url, timeout)

    @property
    def url(self) -> str:
        """Where the service is."""
        return self._address.url

    def request(
        self,
        method: Method,
        path: str,
        *,
        query: Query = (),
        body: bytes | None = None,
        content_type: str = "application/json",
        accept: str | None = None,
        repeatable: bool = True,
        allowed: tuple[int, ...] = (),
        row_of: Callable[[int], int] = lambda row: row,
        form: Form | None = None,
    ) -> Response:
        """The answer to a request.

        Args:
            method: of HTTP.
            path: below the URL of the service, such as ``/v1/fit``.
            query: parameters, in order; a name may occur twice.
            body: bytes to send.
            content_type: of the body.
            accept: media type of the answer, where it matters.
            repeatable: False for what would change the service twice: after a connection error it is sent
                again only if it had not been sent.
            allowed: statuses, besides 2xx, whose answer is returned.
            row_of: from a row of the body to the caller's, for errors.
            form: names the caller's rows in errors.

        Raises ServiceError for another status, Unreachable where no answer came.
        """
        target, headers = self._head(path, query, body, content_type, accept)

        def attempt() -> Response:
            try:
                return self._once(method, target, headers, body, fresh=not repeatable)
            except _Stale:
                return self._once(method, target, headers, body, fresh=True)

        response = self._retries.repeat(attempt, repeatable=repeatable, allowed=allowed)
        if 200 <= response.status < 300 or response.status in allowed:
            return response
        raise service_error(
            response.status,
            response.body,
            response.headers,
            row_of=row_of,
            form=form,
            has_key=self._api_key is not None,
            reward_model=_reward_model_of(query, body, content_type),
        )

    def stream(
        self,
        method: Method,
        path: str,
        *,
        query: Query = (),
        lines: Iterable[bytes],
        content_type: str = "application/x-ndjson",
        repeatable: bool = True,
        row_of: Callable[[int], int] = lambda row: row,
        form: Form | None = None,
    ) -> LineStream:
        """Send lines, each with its newline, and read lines of answer meanwhile; a context manager.

        A thread of its own writes, since the service answers while it reads; iterate over what is returned.
        Lines that can be iterated again (a list, an object with ``__iter__``) are sent again after a 503, or
        a connection error before the head of the answer; those of a generator only if none was asked for.
        Raises as ``request``, and Unreachable where the answer breaks off.
        """
        target, headers = self._head(path, query, b"", content_type, None)
        headers["transfer-encoding"] = "chunked"
        once_only = iter(lines) is lines
        started = False

        def attempt() -> LineStream:
            nonlocal started
            connection, _ = self._open(fresh=True)
            started = True
            return LineStream.begin(self._connections, connection, (method, target, headers), lines, self.url)

        try:
            answer = self._retries.repeat(attempt, repeatable=repeatable, gone=lambda: once_only and started)
        except LinesFailed as failure:
            raise failure.error from None
        if 200 <= answer.status < 300:
            return answer
        with answer:
            raise service_error(
                answer.status,
                answer.read(),
                answer.headers,
                row_of=row_of,
                form=form,
                has_key=self._api_key is not None,
                reward_model=_reward_model_of(query, None, content_type),
            )

    def close(self) -> None:
        """Close the idle connections."""
        self._connections.close()

    def _head(
        self, path: str, query: Query, body: bytes | None, content_type: str, accept: str | None
    ) -> tuple[str, dict[str, str]]:
        parameters = urlencode(list(query))
        headers = {"accept": accept or "*/*", "user-agent": "reward-calibration-python"}
        if body is not None:
            headers["content-type"] = content_type
        if self._api_key is not None:
            headers["authorization"] = f"Bearer {self._api_key}"
        return f"{self._address.path}{path}{'?' if parameters else ''}{parameters}", headers

    def _open(self, *, fresh: bool) -> tuple[HTTPConnection, bool]:
        try:
            return self._connections.take(fresh=fresh)
        except OSError as error:
            raise NotSent(error) from error

    def _once(
        self, method: str, target: str, headers: dict[str, str], body: bytes | None, *, fresh: bool
    ) -> Response:
        connection, was_used = self._open(fresh=fresh)
        try:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                # A refusal may come before the body is sent: what was answered is then read all the same.
                connection.request(method, target, body, headers)
            sent = time.perf_counter()
            try:
                answer = connection.getresponse()
            except ConnectionError as error:
                raise _Stale(error) if was_used else error from None
            waited = time.perf_counter() - sent
            response = Response(answer.status, headers_of(answer), answer.read(), waited)
        except BaseException:
            connection.close()
            raise
        if answer.will_close:
            connection.close()
        else:
            self._connections.give_back(connection)
        return response


def _reward_model_of(query: Query, body: bytes | None, content_type: str) -> str | None:
    """The reward model that a request names, for what is said of its refusal."""
    named: object = dict(query).get("reward_model")
    if named is None and body is not None and content_type == "application/json":
        parsed = json.loads(body)
        named = parsed.get("reward_model") if isinstance(parsed, dict) else None
    return named if isinstance(named, str) else None


def headers_of(answer: HTTPResponse) -> dict[str, str]:
    """Headers with names in lower case."""
    return {name.lower(): value for name, value in answer.getheaders()}
