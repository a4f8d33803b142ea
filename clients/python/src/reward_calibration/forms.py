"""The form in which the caller gave a column, so that a result comes back in the same form."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from types import ModuleType
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats: TypeAlias = list[float] | npt.NDArray[np.float64]
    """Finite numbers, one a row."""

    Flags: TypeAlias = list[bool] | npt.NDArray[np.bool_]
    """True or false, one a row."""

Kind: TypeAlias = Literal["list", "tuple", "numpy", "pandas", "polars", "arrow"]

LONGEST_LABEL = 40
"""Characters of a label of pandas that an error shows."""


def loaded(name: str) -> ModuleType | None:
    """A module that the caller has imported; never imports it. Without it, nothing of its types can come."""
    return sys.modules.get(name)


def kind_of(given: object) -> Kind:
    """The kind of a column; whatever can be iterated and is no array of a known library counts as a list."""
    if isinstance(given, list):
        return "list"
    if isinstance(given, tuple):
        return "tuple"
    numpy, pandas, polars, pyarrow = map(loaded, ("numpy", "pandas", "polars", "pyarrow"))
    if numpy is not None and isinstance(given, numpy.ndarray):
        return "numpy"
    if pandas is not None and isinstance(given, pandas.Series | pandas.Index):
        return "pandas"
    if polars is not None and isinstance(given, polars.Series):
        return "polars"
    if pyarrow is not None and isinstance(given, pyarrow.Array | pyarrow.ChunkedArray):
        return "arrow"
    return "list"


@dataclass(frozen=True)
class Form:
    """A kind of column, its rows, and the index of a pandas Series."""

    kind: Kind
    rows: int
    index: Any = None
    start: int = 0
    """The row of the whole that the first row is."""

    def restore(self, values: Floats | Flags | Sequence[float], name: str) -> Any:
        """The values as the caller gave theirs: a list for a list, a Series with the same index for a Series.

        ``name`` becomes the name of a Series. Numbers are float64, flags bool.
        """
        if self.kind == "list":
            return _to_list(values)
        if self.kind == "tuple":
            return tuple(_to_list(values))
        if self.kind == "numpy":
            import numpy

            return numpy.asarray(values)
        if self.kind == "pandas":
            import pandas

            return pandas.Series(values, index=self.index, name=name)
        if self.kind == "polars":
            import polars

            return polars.Series(name, values)
        import pyarrow

        return pyarrow.array(values)

    def shifted(self, start: int) -> Form:
        """The form of a part that begins at this row: it names rows as those of the whole."""
        return replace(self, start=self.start + start)

    def describe(self, row: int) -> str:
        """The row as an error names it: ``row 2``, for pandas ``row 2 (label 'b')``."""
        if self.index is None or not 0 <= row - self.start < self.rows:
            return f"row {row}"
        label = " ".join(repr(self.index[row - self.start]).split())
        shown = label if len(label) <= LONGEST_LABEL else f"{label[:LONGEST_LABEL]}…"
        return f"row {row} (label {shown})"


def form_of(given: object, rows: int) -> Form:
    """The form of a column that has so many rows."""
    kind = kind_of(given)
    return Form(kind, rows, _index_of(given) if kind == "pandas" else None)


def _index_of(given: object) -> object:
    # An Index that is given as a column has no index of its own.
    return getattr(given, "index", None)


def _to_list(values: Floats | Flags | Sequence[float]) -> list[Any]:
    return list(values) if isinstance(values, list | tuple) else list(_plain(values))


def _plain(values: Any) -> list[Any]:
    return values.tolist() if hasattr(values, "tolist") else list(values)
