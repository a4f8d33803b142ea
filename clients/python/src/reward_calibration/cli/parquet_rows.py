"""Rows of Parquet, by pyarrow."""

from __future__ import annotations

import io
from collections.abc import Iterator

from ..errors import InputError
from .rows import Row, Source, quoted, repeated

BATCH_ROWS = 5_000


def parquet_source(name: str, stream: io.BufferedReader) -> Source:
    """Rows of a Parquet file, batch by batch; from standard input the whole file is held in memory."""
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise InputError(f"{name}: Parquet needs pyarrow (pip install pyarrow)") from None
    content = stream if stream.seekable() else io.BytesIO(stream.read())
    try:
        file = pq.ParquetFile(content)
    except pa.ArrowException as error:
        raise InputError(f"{name} is not Parquet: {_reason(error)}") from None
    names = tuple(file.schema_arrow.names)
    column = repeated(names)
    if column is not None:
        raise InputError(f"{name}: two columns are called {quoted(column)}")
    read = 0

    def rows() -> Iterator[Row]:
        nonlocal read
        batches = file.iter_batches(batch_size=BATCH_ROWS)
        while True:
            try:
                batch = next(batches, None)
            except (pa.ArrowException, OSError, ValueError) as error:
                raise InputError(f"{name} is damaged after row {read}: {_reason(error)}") from None
            if batch is None:
                return
            for index, cells in enumerate(batch.to_pylist()):
                read += 1
                yield Row(read, cells, batch=batch, index=index)

    return Source(name, "parquet", rows(), names, file.metadata.num_rows, lambda: read)


def _reason(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
