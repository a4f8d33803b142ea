"""Which format a file has: by its ending, or by ``--format`` where there is none that says it."""

from __future__ import annotations

from pathlib import Path, PurePath
from typing import Literal, cast, get_args

from ..errors import InputError

FileFormat = Literal["jsonl", "csv", "tsv", "json", "parquet"]
"""``json`` is a file that holds one array of rows; it is read, not written."""

FORMATS: tuple[FileFormat, ...] = get_args(FileFormat)

_ENDINGS: dict[str, FileFormat] = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".json": "json",
    ".parquet": "parquet",
    ".pq": "parquet",
}

STREAM = "-"
"""What stands for standard input and standard output."""


def format_of(path: str, given: str | None) -> FileFormat:
    """The format of a file, or of a stream (``-``, a pipe: JSON lines unless ``--format`` says another).

    An ending that is known wins over ``given``, which is for what has none.
    """
    known = _ENDINGS.get(_ending(path))
    if known is not None:
        return known
    if given is not None:
        return cast(FileFormat, given)
    if path == STREAM or _is_special(path):
        return "jsonl"
    endings = ", ".join(_ENDINGS)
    raise InputError(f"{path}: its ending says no format; name it by --format (endings: {endings}, and .gz)")


def is_gzip_name(path: str) -> bool:
    """Whether a file of this name is written compressed."""
    return path.lower().endswith(".gz")


def _is_special(path: str) -> bool:
    """Whether it is a pipe or a device, such as ``/dev/null`` and what ``<(…)`` of a shell makes."""
    return Path(path).exists() and not Path(path).is_file()


def _ending(path: str) -> str:
    name = PurePath(path.lower())
    return PurePath(name.stem).suffix if name.suffix == ".gz" else name.suffix
