"""Opens what holds rows: JSON lines, CSV, TSV, a JSON array or Parquet; plain or gzip; a file or a stream."""

from __future__ import annotations

import gzip
import io
import os
import stat
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast

from ..errors import InputError
from .delimited_rows import delimited_source
from .file_formats import STREAM, format_of
from .json_rows import array_source, lines_source
from .rows import Source

_GZIP_MAGIC = b"\x1f\x8b"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


@contextmanager
def open_rows(path: str, given_format: str | None) -> Iterator[Source]:
    """The rows of a file, ``-`` for standard input. gzip is recognized by its first bytes, whatever the name.

    Raises InputError for a file that cannot be read, is empty, or does not begin as its format does.
    """
    form = format_of(path, given_format)
    name = "standard input" if path == STREAM else path
    try:
        if path == STREAM:
            stream: io.BufferedReader = cast(io.BufferedReader, sys.stdin.buffer)
            yield _source(name, form, stream, None)
        else:
            with open(path, "rb") as stream:
                yield _source(name, form, stream, _size(stream))
    except (FileNotFoundError, PermissionError, IsADirectoryError) as error:
        if error.filename != path:
            raise
        raise InputError(f"cannot read {path}: {(error.strerror or 'unknown reason').lower()}") from None
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise InputError(f"{name} is not a whole gzip file: {error}") from None


def _source(name: str, form: str, stream: io.BufferedReader, total: int | None) -> Source:
    source = _opened(name, form, stream, total)
    source.look_ahead(1)
    if not source.ahead:
        raise InputError(f"{name} has no rows")
    return source


def _opened(name: str, form: str, stream: io.BufferedReader, total: int | None) -> Source:
    beginning = stream.peek(2)[:2]
    if beginning == b"":
        raise InputError(f"{name} has no rows")
    if form == "parquet":
        # Loaded only here: everything else works without pyarrow.
        from .parquet_rows import parquet_source

        return parquet_source(name, stream)
    if beginning in _UTF16_MARKS:
        raise InputError(f"{name} is UTF-16 or UTF-32; save it as UTF-8")

    def position() -> int:
        return stream.tell() if stream.seekable() else 0

    content = cast(BinaryIO, gzip.GzipFile(fileobj=stream)) if beginning == _GZIP_MAGIC else stream
    if form == "jsonl":
        return lines_source(name, content, total, position)
    if form == "json":
        return array_source(name, content, total, position)
    return delimited_source(name, "tsv" if form == "tsv" else "csv", content, total, position)


def _size(stream: io.BufferedReader) -> int | None:
    status = os.fstat(stream.fileno())
    return status.st_size if stat.S_ISREG(status.st_mode) else None
