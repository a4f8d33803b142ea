"""Rows of Parquet, by pyarrow."""

from __future__ import annotations

import io
from collections.abc import Iterator

from ..errors import InputError
from .rows import Row, Source

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
        raise InputError(f"{name} is not Parquet: {str(error).splitlines()[0]}") from None
    names = tuple(file.schema_arrow.names)
    for column in names:
        if names.count(column) > 1:
            raise InputError(f"{name}: two columns are called '{column}'")
    read = 0

    def rows() -> Iterator[Row]:
        nonlocal read
        for batch in file.iter_batches(batch_size=BATCH_ROWS):
            for index, cells in enumerate(batch.to_pylist()):
                read += 1
                yield Row(read, cells, batch=batch, index=index)

    if file.metadata.num_rows == 0:
        raise InputError(f"{name} has no rows")
    return Source(name, "parquet", rows(), names, file.metadata.num_rows, lambda: read)
