"""A row of a file, and the file's rows one after another."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import TYPE_CHECKING

from ..errors import InputError
from .file_formats import FileFormat

if TYPE_CHECKING:
    import pyarrow as pa


Position = Callable[[], int]
"""How much of a source has been read."""


@dataclass(frozen=True)
class Row:
    """One row, with the place where it stands."""

    place: int
    """Line of the file on which the row begins, from 1; in Parquet and in JSON arrays the row, from 1."""
    cells: dict[str, object]
    json: str | None = None
    """The row as its line has it, where it is a line of JSON."""
    batch: pa.RecordBatch | None = None
    """The Arrow batch that holds the row, where the file is Parquet."""
    index: int = 0
    """The row within ``batch``."""


MISSING = object()
"""What stands for a cell that is not there: null is one that is."""


def value_within(row: Row, column: str) -> object:
    """The cell of a row; ``scores.helpful`` is a value within one. ``MISSING`` where there is none."""
    if column in row.cells:
        return row.cells[column]
    value: object = row.cells
    for part in column.split("."):
        if not isinstance(value, dict) or part not in value:
            return MISSING
        value = value[part]
    return value


LONGEST_NAME = 30
"""Characters of a column's name that a message shows: where a file has no header, its first row is text."""


def quoted(name: str) -> str:
    """The name of a column as a message has it."""
    shown = "".join(character if character.isprintable() else " " for character in name[:LONGEST_NAME])
    return f"'{shown}'" if len(name) <= LONGEST_NAME else f"'{shown}…'"


def repeated(names: Sequence[str]) -> str | None:
    """The first name that occurs twice."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return None


@dataclass
class Source:
    """Rows that are read once, in order, in constant memory (JSON arrays are held as a whole)."""

    name: str
    format: FileFormat
    rows: Iterator[Row]
    columns: tuple[str, ...]
    """Names of the columns; of JSON those of the first row."""
    total: int | None
    """Bytes (Parquet: rows) that there are to read, where that is known."""
    position: Position
    """How many of ``total`` have been read."""
    delimiter: str = ","
    inner: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Of columns that hold objects (JSON) the names within, such as ``chosen.reward``."""
    has_header: bool = True
    """False where the first row, which should name the columns, looks like data."""
    notes: list[str] = field(default_factory=list)
    """What was read otherwise than one would expect, for a person."""
    ahead: list[Row] = field(default_factory=list)
    """Rows looked at ahead of ``rows``, which has them, too: they show what a column holds."""

    def look_ahead(self, count: int) -> None:
        """Has so many rows ``ahead``, or all that there are: a pipe may be long in giving more than one."""
        further = list(islice(self.rows, len(self.ahead), count))
        self.ahead += further
        self.rows = chain(self.ahead, self.rows)

    @property
    def guessable(self) -> tuple[str, ...]:
        """Columns and values within columns that may be meant without being named."""
        return tuple(name for column in self.columns for name in self.inner.get(column, (column,)))

    @property
    def is_text(self) -> bool:
        """Whether all cells are text, so that numbers are to be read from it."""
        return self.format in ("csv", "tsv")

    def where(self, place: int) -> str:
        """A place in words: ``scored.jsonl, line 17``."""
        kind = "row" if self.format in ("parquet", "json") else "line"
        return f"{self.name}, {kind} {place}"

    def refuse(self, place: int, problem: str) -> InputError:
        """What is wrong with a row, as the error to raise."""
        return InputError(f"{self.where(place)}: {problem}")
