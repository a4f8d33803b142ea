"""What the service refuses, with the line of the file that it was read from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from ..errors import InputError, ServiceError
from .rows import Row, Source


@contextmanager
def lines_named(source: Source, rows: Sequence[Row]) -> Iterator[None]:
    """Names the line where the service refuses one of the rows; other errors stay as they are."""
    try:
        yield
    except ServiceError as error:
        place = next((place for place in error.places if place.row is not None), None)
        if place is None or place.row is None or place.row >= len(rows):
            raise
        request = f"; request id {error.request_id}" if error.request_id else ""
        raise InputError(
            f"{source.where(rows[place.row].place)}: {place.message} ({error.code}{request})"
        ) from None
