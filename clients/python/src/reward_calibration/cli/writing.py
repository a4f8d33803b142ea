"""Writes rows in the format of the output."""

from __future__ import annotations

import csv
import datetime
import decimal
import io
import json
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, BinaryIO, Protocol

from ..errors import InputError
from .file_formats import STREAM, format_of
from .outputs import whole_file
from .rows import Row, Source

if TYPE_CHECKING:
    from .parquet_writing import ParquetRows


class RowWriter(Protocol):
    """Writes rows, each with further values of its own."""

    is_text: bool
    """Whether numbers are written as they stand in a text, as CSV does."""

    def write(self, source: Source, rows: Sequence[Row], added: dict[str, Sequence[float]]) -> None:
        """Writes rows with all their columns, and one more for every key of ``added``."""


@contextmanager
def row_writer(path: str, given_format: str | None) -> Iterator[RowWriter]:
    """A writer of rows to a file that appears when it is whole, or to standard output (``-``)."""
    form = format_of(path, given_format)
    parquet_rows = _parquet_rows(path) if form == "parquet" else None
    if form == "json" and path != STREAM:
        raise InputError(f"cannot write {path}: a JSON array is not written row by row; name it .jsonl")
    with whole_file(path) as file:
        if parquet_rows is not None:
            with parquet_rows(path, file) as parquet:
                yield parquet
        elif form in ("csv", "tsv"):
            yield _DelimitedRows(file, "\t" if form == "tsv" else None)
        else:
            yield _JsonLines(file)


def _parquet_rows(path: str) -> Callable[[str, BinaryIO], AbstractContextManager[ParquetRows]]:
    """What writes Parquet; InputError where pyarrow is not installed."""
    try:
        from .parquet_writing import parquet_rows
    except ImportError:
        raise InputError(f"cannot write {path}: Parquet needs pyarrow (pip install pyarrow)") from None
    return parquet_rows


class _JsonLines:
    is_text = False

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def write(self, source: Source, rows: Sequence[Row], added: dict[str, Sequence[float]]) -> None:
        lines = [
            _with_added(_json_text(source, row), {name: values[i] for name, values in added.items()})
            for i, row in enumerate(rows)
        ]
        self._file.write("".join(f"{line}\n" for line in lines).encode("utf-8"))


def _with_added(text: str, values: dict[str, float]) -> str:
    """Adds values to the text of an object, and leaves its other bytes as they are: 0.10 stays 0.10."""
    if not values:
        return text
    end = json.dumps(values, ensure_ascii=False)[1:]
    beginning = text[:-1].rstrip()
    return f"{beginning}{'' if beginning == '{' else ', '}{end}"


def _json_text(source: Source, row: Row) -> str:
    if row.json is not None:
        return row.json
    try:
        return json.dumps(_plain(row.cells), ensure_ascii=False)
    except TypeError as error:
        raise source.refuse(row.place, f"cannot be written as JSON: {error}") from None


def _plain(value: object) -> object:
    """A value as JSON has it: no NaN (null), times in ISO 8601, decimals as numbers."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, decimal.Decimal):
        if not value.is_finite():
            return None
        # What no double holds stays as its digits.
        number = float(value)
        return number if decimal.Decimal(repr(number)) == value else str(value)
    return value


class _DelimitedRows:
    is_text = True

    def __init__(self, file: BinaryIO, delimiter: str | None) -> None:
        self._file = file
        self._delimiter = delimiter
        self._columns: tuple[str, ...] | None = None

    def write(self, source: Source, rows: Sequence[Row], added: dict[str, Sequence[float]]) -> None:
        # A CSV file with semicolons stays one with semicolons.
        delimiter = self._delimiter or source.delimiter
        text = io.StringIO(newline="")
        writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
        quoting = csv.writer(text, delimiter=delimiter, lineterminator="\n", quoting=csv.QUOTE_ALL)
        if self._columns is None:
            self._columns = source.columns
            writer.writerow([*self._columns, *added])
        known = set(self._columns)
        for i, row in enumerate(rows):
            for name in row.cells:
                if name not in known:
                    raise source.refuse(
                        row.place,
                        f"has a column '{name}' that the first row lacks; write .jsonl",
                    )
            cells = [_cell(source, row, row.cells.get(name)) for name in self._columns]
            row_of_cells = [*cells, *(repr(values[i]) for values in added.values())]
            # The module leaves a lone carriage return bare, which others read as the end of the row.
            (quoting if any("\r" in cell for cell in cells) else writer).writerow(row_of_cells)
        # Lone surrogates, which JSON can name, have no bytes.
        try:
            self._file.write(text.getvalue().encode("utf-8"))
        except UnicodeEncodeError:
            raise InputError(f"{source.name}: a lone surrogate cannot be written as CSV") from None


def _cell(source: Source, row: Row, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        # Empty, as pandas writes it, and as null is.
        return "" if math.isnan(value) else repr(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return repr(value)
    if isinstance(value, decimal.Decimal):
        return "" if value.is_nan() else str(value)
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    try:
        return json.dumps(_plain(value), ensure_ascii=False)
    except TypeError as error:
        raise source.refuse(row.place, f"cannot be written as CSV: {error}") from None
