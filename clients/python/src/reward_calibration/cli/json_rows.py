"""Rows of JSON: one a line, or one array of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from ..errors import InputError
from .rows import Position, Row, Source

BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def lines_source(name: str, content: Iterable[bytes], total: int | None, position: Position) -> Source:
    """Rows of JSON lines. Blank lines are passed over; a line that is no object is refused by its number."""
    return _begin(
        Source(name, "jsonl", iter(()), (), total, position), lambda source: _lines(source, content)
    )


def array_source(name: str, content: Iterable[bytes], total: int | None, position: Position) -> Source:
    """Rows of a file that is one JSON array of objects, or JSON lines all the same."""
    lines = list(content)
    first = next((line for line in lines if line.strip(BYTE_ORDER_MARK + b" \t\r\n")), b"")
    if first.removeprefix(BYTE_ORDER_MARK).lstrip().startswith(b"["):
        source = Source(name, "json", iter(()), (), total, position)
        return _begin(source, lambda source: _elements(source, b"".join(lines)))
    return lines_source(name, lines, total, position)


def _begin(source: Source, read: Callable[[Source], Iterator[Row]]) -> Source:
    rows = read(source)
    first = next(rows, None)
    if first is None:
        raise InputError(f"{source.name} has no rows")
    source.columns = tuple(first.cells)
    source.inner = {
        column: tuple(_leaves(column, cell)) for column, cell in first.cells.items() if isinstance(cell, dict)
    }
    source.rows = chain((first,), rows)
    return source


def _leaves(name: str, value: object) -> Iterator[str]:
    if not isinstance(value, dict):
        yield name
        return
    for key, inner in value.items():
        yield from _leaves(f"{name}.{key}", inner)


def _lines(source: Source, content: Iterable[bytes]) -> Iterator[Row]:
    for number, line in enumerate(content, 1):
        if number == 1:
            line = line.removeprefix(BYTE_ORDER_MARK)
        try:
            text = line.decode("utf-8").strip(" \t\r\n")
        except UnicodeDecodeError as error:
            raise source.refuse(number, f"byte {error.start + 1} is not UTF-8") from None
        if text == "":
            continue
        if number == 1 and text.startswith("["):
            raise source.refuse(1, "is a JSON array, not an object; JSON lines have one object a line")
        yield Row(number, _object(source, number, _parse(source, number, text)), json=text)


def _elements(source: Source, content: bytes) -> Iterator[Row]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{source.name}: byte {error.start + 1} is not UTF-8") from None
    try:
        elements = json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError(f"{source.name}, line {error.lineno}: is not JSON: {_reason(error)}") from None
    except (ValueError, RecursionError) as error:
        raise InputError(f"{source.name} is not JSON that can be read: {error}") from None
    for number, element in enumerate(elements, 1):
        yield Row(number, _object(source, number, element))


def _parse(source: Source, number: int, text: str) -> object:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise source.refuse(number, f"is not JSON: {_reason(error)}") from None
    except (ValueError, RecursionError) as error:
        raise source.refuse(number, f"is not JSON that can be read: {error}") from None


def _object(source: Source, number: int, value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise source.refuse(number, "is not a JSON object")
    return value


def _reason(error: json.JSONDecodeError) -> str:
    return f"{error.msg[:1].lower()}{error.msg[1:]} (column {error.colno})"
