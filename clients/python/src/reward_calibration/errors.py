"""What can go wrong, as exceptions whose text is one line for a person."""

from __future__ import annotations

from dataclasses import dataclass


class RewardCalibrationError(Exception):
    """Base of every error that this package raises."""


class InputError(RewardCalibrationError, ValueError):
    """The client refuses what it was given, and sends nothing: a missing column, a NaN, unequal lengths."""


class Unreachable(RewardCalibrationError, ConnectionError):
    """No answer came, after the retries: nothing listens there, the name is unknown, or the time was over."""


@dataclass(frozen=True)
class Place:
    """One wrong value."""

    path: str
    """JSON pointer into the request, such as ``/columns/rewards/2``; empty for the request as a whole."""
    message: str
    """The rule that the value breaks."""
    row: int | None = None
    """The row in what the caller gave, from 0, where the place is one of a row."""


class ServiceError(RewardCalibrationError):
    """The service refused the request (RFC 9457), or failed.

    A refused request changed nothing. ``code`` is stable; the README of the service has a table of all codes.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int,
        code: str,
        places: tuple[Place, ...] = (),
        request_id: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        """Keep what the answer said; ``message`` is its text, one line."""
        super().__init__(message)
        self.status = status
        """HTTP status."""
        self.code = code
        """Last part of the problem's ``type``, such as ``no-curve``."""
        self.places = places
        """What is wrong where; empty where the problem has no places."""
        self.request_id = request_id
        """The request's id in the log of the service."""
        self.retry_after = retry_after
        """Seconds after which the service asked to try again, where it did."""

    def __reduce__(self) -> tuple[object, ...]:
        """How it travels between processes: by its text and all that it keeps."""
        kept = (self.status, self.code, self.places, self.request_id, self.retry_after)
        return _service_error, (str(self), *kept)


def _service_error(
    message: str,
    status: int,
    code: str,
    places: tuple[Place, ...],
    request_id: str | None,
    retry_after: float | None,
) -> ServiceError:
    return ServiceError(
        message, status=status, code=code, places=places, request_id=request_id, retry_after=retry_after
    )


class RewardCalibrationWarning(UserWarning):
    """Something given was not used, or something was guessed, where the result has no room to say so."""
