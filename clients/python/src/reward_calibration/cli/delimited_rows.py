"""Rows of CSV and TSV, whose first row names the columns."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from typing import Literal

from ..errors import InputError
from .json_rows import BYTE_ORDER_MARK
from .rows import Position, Row, Source

# A response may be longer than the 131,072 characters that the csv module takes by default.
csv.field_size_limit(2**31 - 1)


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
    first = next((line for line in lines if line.strip()), None)
    if first is None:
        raise InputError(f"{name} has no rows")
    source.delimiter = _delimiter(first) if form == "csv" else "\t"
    if source.delimiter == ";":
        source.notes.append(f"{name}: columns are separated by ';'")
    # The quotes of TSV are those of CSV: pandas and Excel write it so.
    records = _records(source, _again(first, lines))
    _, names = next(records)
    _check_names(name, names)
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


def _records(source: Source, lines: Iterator[str]) -> Iterator[tuple[int, list[str]]]:
    """Each record with the line on which it begins."""
    reader = csv.reader(lines, delimiter=source.delimiter, strict=True)
    while True:
        begins = reader.line_num + 1
        try:
            record = next(reader, None)
        except csv.Error as error:
            raise source.refuse(begins, f"is not {source.format.upper()}: {error}") from None
        if record is None:
            return
        if record:
            yield begins, record


def _check_names(name: str, names: list[str]) -> None:
    for column in names:
        if names.count(column) > 1:
            raise InputError(f"{name}, line 1: two columns are called '{column}'")


def _rows(source: Source, records: Iterator[tuple[int, list[str]]]) -> Iterator[Row]:
    names = source.columns
    for line, record in records:
        if len(record) != len(names):
            raise source.refuse(line, f"has {len(record)} cells; there are {len(names)} columns")
        yield Row(line, dict(zip(names, record, strict=True)))
