"""Rows of CSV and TSV, whose first row names the columns."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from typing import Literal

from ..errors import InputError
from .json_rows import BYTE_ORDER_MARK
from .rows import Position, Row, Source, quoted, repeated

# A response may be longer than the 131,072 characters that the csv module takes by default.
csv.field_size_limit(2**31 - 1)


_DATA = re.compile(r"\s*[+-]?[0-9]*\.[0-9]+(?:[eE][+-]?[0-9]+)?\s*|.{200,}", re.DOTALL)
"""What names no column: a number with a decimal point, a long text."""


def delimited_source(
    name: str,
    form: Literal["csv", "tsv"],
    content: Iterable[bytes],
    total: int | None,
    position: Position,
) -> Source:
    """Rows as text. A row with more or fewer cells than there are columns is refused by its line."""
    source = Source(name, form, iter(()), (), total, position)
    lines = _text(source, content)
    blank, first = 0, next(lines, None)
    while first is not None and not first.strip():
        blank, first = blank + 1, next(lines, None)
    if first is None:
        raise InputError(f"{name} has no rows")
    source.delimiter = _delimiter(first) if form == "csv" else "\t"
    if source.delimiter == ";":
        source.notes.append(f"{name}: columns are separated by ';'")
    # The quotes of TSV are those of CSV: pandas and Excel write it so.
    records = _records(source, _again(first, lines), blank)
    _, names = next(records)
    _check_names(name, names)
    source.has_header = not any(_DATA.fullmatch(column) for column in names)
    source.columns = tuple(names)
    source.rows = _rows(source, records)
    return source


def _delimiter(header: str) -> str:
    return ";" if ";" in header and "," not in header else ","


def _again(first: str, others: Iterator[str]) -> Iterator[str]:
    yield first
    yield from others


def _text(source: Source, content: Iterable[bytes]) -> Iterator[str]:
    for number, line in enumerate(content, 1):
        if number == 1:
            line = line.removeprefix(BYTE_ORDER_MARK)
        try:
            yield line.decode("utf-8")
        except UnicodeDecodeError as error:
            raise source.refuse(number, f"byte {error.start + 1} is not UTF-8") from None


def _records(source: Source, lines: Iterator[str], before: int) -> Iterator[tuple[int, list[str]]]:
    """Each record with the line on which it begins; ``before`` lines came before these."""
    reader = csv.reader(lines, delimiter=source.delimiter, strict=True)
    while True:
        begins = before + reader.line_num + 1
        try:
            record = next(reader, None)
        except csv.Error as error:
            raise source.refuse(begins, f"is not {source.format.upper()}: {error}") from None
        if record is None:
            return
        if record:
            yield begins, record


def _check_names(name: str, names: list[str]) -> None:
    column = repeated(names)
    if column is not None:
        raise InputError(f"{name}, line 1: two columns are called {quoted(column)}")


def _rows(source: Source, records: Iterator[tuple[int, list[str]]]) -> Iterator[Row]:
    names = source.columns
    for line, record in records:
        if len(record) != len(names):
            raise source.refuse(line, f"has {len(record)} cells; there are {len(names)} columns")
        yield Row(line, dict(zip(names, record, strict=True)))
