"""Data frames, tables, dicts of columns and lists of dicts, read by the names of their columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from .errors import InputError
from .forms import Form, form_of, loaded

SHOWN_COLUMNS = 20
"""Names of columns that an error lists."""

LOOKS_LIKE = {
    "reward": ("reward", "score", "rating"),
    "response": ("response", "completion", "answer", "output", "generation", "reply", "text"),
    "prompt": ("prompt", "question", "instruction", "query", "problem"),
}
"""Parts of names of columns that may be meant where a keyword is missing: they are proposed, never taken."""


@dataclass(frozen=True)
class Table:
    """Columns by name. ``form`` is None where every column has a form of its own (a dict of columns)."""

    columns: tuple[str, ...]
    read: Callable[[str], object]
    form: Form | None

    def take(self, name: str) -> object:
        """The column of that name; InputError with the nearest name where there is none."""
        if name not in self.columns:
            raise InputError(f"no column {name!r} in the frame{self._hint(name)}")
        return self.read(name)

    def needs(self, keyword: str) -> str:
        """That a keyword must name a column: with the one that looks like it, and all that there are."""
        looks = [
            name for name in self.columns if any(part in name.lower() for part in LOOKS_LIKE.get(keyword, ()))
        ]
        guess = f"; did you mean {keyword}={looks[0]!r}?" if looks else f": {keyword}= names their column"
        return f"{guess} ({self._listed()})"

    def _hint(self, name: str) -> str:
        near = get_close_matches(name, self.columns, n=1)
        guess = f"; did you mean {near[0]!r}?" if near else ""
        return f"{guess} ({self._listed()})"

    def _listed(self) -> str:
        more = ", …" if len(self.columns) > SHOWN_COLUMNS else ""
        return f"columns: {', '.join(self.columns[:SHOWN_COLUMNS])}{more}"


def table_of(data: object) -> Table:
    """The columns of what was given; InputError for anything that has none."""
    pandas, polars, pyarrow = map(loaded, ("pandas", "polars", "pyarrow"))
    if pandas is not None and isinstance(data, pandas.DataFrame):
        return _pandas_table(data)
    if polars is not None and isinstance(data, polars.DataFrame):
        return Table(tuple(data.columns), data.get_column, Form("polars", data.height))
    if pyarrow is not None and isinstance(data, pyarrow.Table | pyarrow.RecordBatch):
        return Table(tuple(data.schema.names), data.column, Form("arrow", data.num_rows))
    if isinstance(data, Mapping):
        _refuse_splits(data)
        return Table(tuple(map(str, data)), lambda name: data[name], None)
    if isinstance(data, Sequence) and not isinstance(data, str | bytes):
        return _rows_table(data)
    if hasattr(data, "column_names") and hasattr(data, "__getitem__") and hasattr(data, "__len__"):
        return _data_set_table(data)
    hint = _HINTS.get(type(data).__name__, "")
    given = f"{type(data).__name__}{hint}"
    raise InputError(
        f"data: needs a frame, an Arrow table, a dict of columns or a list of dicts, not {given}"
    )


_HINTS = {
    "LazyFrame": ": call .collect() first",
    "IterableDataset": ": its rows come one by one; take some of them, list(data.take(5000))",
}
"""What to do with what is no table yet, by the name of its type."""


def _refuse_splits(data: Mapping[Any, Any]) -> None:
    """Refuse a dict of data sets, as ``load_dataset`` gives it."""
    if data and all(hasattr(value, "column_names") for value in data.values()):
        names = ", ".join(map(repr, data))
        first = next(iter(data))
        raise InputError(f"data holds the splits {names}: choose one, such as data[{first!r}]")


def _pandas_table(frame: Any) -> Table:
    names = [name for name in frame.columns if isinstance(name, str)]
    twice = {name for name in names if names.count(name) > 1} if len(set(names)) < len(names) else set()

    def read(name: str) -> object:
        if name in twice:
            raise InputError(f"the frame has more than one column {name!r}")
        return frame[name]

    return Table(tuple(names), read, form_of(frame.index.to_series(), len(frame)))


def _data_set_table(data_set: Any) -> Table:
    """A data set of Hugging Face: its columns are lists, or become lists; results are lists."""

    def read(name: str) -> object:
        # Its own table gives a column at once; what has a transform gives rows as the transform makes them.
        shown = getattr(data_set, "format", None)
        if isinstance(shown, dict) and shown.get("type") != "custom" and hasattr(data_set, "with_format"):
            return data_set.select_columns([name]).with_format("arrow")[:].column(name)
        return list(data_set[name])

    return Table(tuple(data_set.column_names), read, Form("list", len(data_set)))


def _rows_table(rows: Sequence[object]) -> Table:
    names: dict[str, None] = {}
    for i, row in enumerate(rows):
        if not isinstance(row, Mapping):
            raise InputError(f"data, row {i}: needs a dict, not {type(row).__name__}")
        names.update(dict.fromkeys(map(str, row)))
        measured = row.get("characteristics")
        if isinstance(measured, Mapping):
            names.update(dict.fromkeys(map(str, measured)))

    def read(name: str) -> object:
        return [_cell(row, name, i) for i, row in enumerate(rows)]

    return Table(tuple(names), read, Form("list", len(rows)))


def _cell(row: Any, name: str, i: int) -> object:
    if name in row:
        return row[name]
    measured = row.get("characteristics")
    if isinstance(measured, Mapping) and name in measured:
        return measured[name]
    raise InputError(f"data, row {i}: has no {name!r}, which other rows have")
