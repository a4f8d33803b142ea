"""Repeating a request, for as long as that may help and changes nothing twice."""

from __future__ import annotations

import random
import socket
import time
from collections.abc import Callable, Mapping
from http.client import HTTPException
from typing import Protocol, TypeVar

from .errors import Unreachable

FIRST_PAUSE = 0.25
"""Seconds before the first repetition, at most; doubled with every further one."""

LONGEST_PAUSE = 8.0
"""Seconds between two attempts, at most, where the service names no time."""

LONGEST_RETRY_AFTER = 60.0
"""Seconds that are waited at most where the service names a time."""

OVERLOADED = (429, 503)
"""The service did nothing and may do it later."""


class Answered(Protocol):
    """The head of an answer."""

    @property
    def status(self) -> int:
        """HTTP status."""
        ...

    @property
    def headers(self) -> Mapping[str, str]:
        """With names in lower case."""
        ...

    def close(self) -> None:
        """The answer is not read."""
        ...


Answer = TypeVar("Answer", bound=Answered)


class NotSent(Exception):
    """The connection broke before the request was under way: repeating it is safe, whatever it does."""


class Retries:
    """How often requests to a URL are repeated."""

    def __init__(self, count: int, url: str, timeout: float) -> None:
        """``timeout`` is in seconds; it and the URL are for the words of an error."""
        self._count = count
        self._url = url
        self._timeout = timeout

    def repeat(
        self,
        attempt: Callable[[], Answer],
        *,
        repeatable: bool,
        allowed: tuple[int, ...] = (),
        gone: Callable[[], bool] = lambda: False,
    ) -> Answer:
        """The answer of the first attempt that is not refused for overload; of the last one otherwise.

        Args:
            attempt: raises NotSent, OSError or HTTPException where no answer comes.
            repeatable: False for what would change the service twice: only what was not sent is sent again.
            allowed: statuses that are answers, too.
            gone: whether what is to be sent is used up.

        Raises Unreachable.
        """
        for number in range(self._count + 1):
            is_last = number == self._count
            try:
                answer = attempt()
            except (NotSent, OSError, HTTPException) as error:
                cause = error.args[0] if isinstance(error, NotSent) else error
                may_repeat = isinstance(error, NotSent) or (
                    repeatable and not isinstance(error, TimeoutError)
                )
                if is_last or not may_repeat or _is_hopeless(cause) or gone():
                    raise self._unreachable(cause, sent=not isinstance(error, NotSent)) from error
                time.sleep(_pause(number))
                continue
            if is_last or answer.status not in OVERLOADED or answer.status in allowed or gone():
                return answer
            asked = answer.headers.get("retry-after", "")
            answer.close()
            time.sleep(_pause(number, float(asked) if asked.isascii() and asked.isdigit() else None))
        raise AssertionError("the last attempt returns or raises")

    def _unreachable(self, cause: BaseException, *, sent: bool) -> Unreachable:
        hint = "Is the service running? (npm start, or set REWARD_CALIBRATION_URL)"
        if not sent:
            return Unreachable(f"no answer from {self._url}: {_in_words(cause)}. {hint}")
        if isinstance(cause, TimeoutError):
            return Unreachable(f"no answer from {self._url} within {self._timeout:g} seconds (timeout=)")
        broken = f"the connection broke after the request was sent ({_in_words(cause)})"
        return Unreachable(f"no answer from {self._url}: {broken}")


def _pause(number: int, asked: float | None = None) -> float:
    """Seconds before the next attempt: full jitter, and what the service asked for where it did."""
    jitter = random.uniform(0, min(LONGEST_PAUSE, FIRST_PAUSE * 2**number))
    return jitter if asked is None else min(asked, LONGEST_RETRY_AFTER) + jitter


def _is_hopeless(error: BaseException) -> bool:
    """A name that does not exist, a certificate that is not trusted: the next attempt would say the same."""
    if isinstance(error, socket.gaierror):
        return error.errno != socket.EAI_AGAIN
    return type(error).__name__ == "SSLCertVerificationError"


def _in_words(error: BaseException) -> str:
    if isinstance(error, ConnectionRefusedError):
        return "connection refused"
    if isinstance(error, TimeoutError):
        return "no connection within 10 seconds"
    if isinstance(error, socket.gaierror):
        return "the name of the host is unknown"
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return " ".join(str(text).split())[:200]
