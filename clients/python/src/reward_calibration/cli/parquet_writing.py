"""Writes rows as Parquet, by pyarrow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from ..errors import InputError
from .rows import Row, Source


class ParquetRows:
    """Rows of Parquet keep their types; others get those of the first rows that are written."""

    is_text = False

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._writer: pq.ParquetWriter | None = None

    def write(self, source: Source, rows: Sequence[Row], added: dict[str, Sequence[float]]) -> None:
        """Writes rows with all their columns, and one more for every key of ``added``."""
        table = _table(source, rows, None if self._writer is None else self._writer.schema)
        for name, values in added.items():
            column = pa.array(values, pa.float64())
            if name in table.schema.names:
                table = table.set_column(table.schema.get_field_index(name), name, column)
            else:
                table = table.append_column(name, column)
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._file, table.schema)
        try:
            self._writer.write_table(table)
        except (pa.ArrowException, ValueError) as error:
            raise _types(source, rows, error) from None

    def close(self) -> None:
        """Writes the end of the file."""
        if self._writer is not None:
            self._writer.close()


@contextmanager
def parquet_rows(path: str, file: BinaryIO) -> Iterator[ParquetRows]:
    """A writer that ends its file."""
    if file.isatty():
        raise InputError(f"cannot write {path}: Parquet is no text for a terminal")
    writer = ParquetRows(file)
    try:
        yield writer
    finally:
        # After an error, too: it would end its file later, when that is closed.
        writer.close()


def _table(source: Source, rows: Sequence[Row], schema: pa.Schema | None) -> pa.Table:
    if rows and all(row.batch is not None for row in rows):
        # Whole pieces of the batches that were read, so that every type stays as it is.
        pieces = []
        for _, group in groupby(rows, key=lambda row: id(row.batch)):
            members = list(group)
            batch = members[0].batch
            if batch is not None:
                pieces.append(batch.slice(members[0].index, len(members)))
        return pa.Table.from_batches(pieces)
    # from_pylist passes over what the first row lacks, without a word.
    known = set(source.columns)
    for row in rows:
        for name in row.cells:
            if name not in known:
                raise source.refuse(
                    row.place,
                    f"has a column '{name}' that the first row lacks; write .jsonl",
                )
    try:
        return pa.Table.from_pylist([row.cells for row in rows], schema=schema)
    except (pa.ArrowException, TypeError, ValueError) as error:
        raise _types(source, rows, error) from None


def _types(source: Source, rows: Sequence[Row], error: Exception) -> InputError:
    places = f"{source.where(rows[0].place)} to {rows[-1].place}" if rows else source.name
    return InputError(f"{places}: the types of the columns do not go into one Parquet file; write .jsonl")
