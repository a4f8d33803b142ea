"""Scored responses with a known length bias, and the forms in which a caller may have them."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy
import pandas
import polars
import pyarrow


@dataclass(frozen=True)
class Scored:
    """Columns of plain Python values."""

    rewards: list[float]
    chars: list[int]
    responses: list[str]
    prompts: list[str]


def scored(count: int, seed: int = 7) -> Scored:
    """Rewards that grow with length, of four responses to each prompt."""
    chance = random.Random(seed)
    responses = ["".join(chance.choices("ab cé\n*🙂", k=chance.randint(1, 900))) for _ in range(count)]
    chars = list(map(len, responses))
    rewards = [chance.gauss(0, 1) + length / 300 for length in chars]
    return Scored(rewards, chars, responses, [f"prompt {i // 4}" for i in range(count)])


COLUMN_FORMS: dict[str, Callable[[list[Any]], Any]] = {
    "list": list,
    "tuple": tuple,
    "numpy": numpy.array,
    "numpy object": lambda values: numpy.array(values, dtype=object),
    "pandas": lambda values: pandas.Series(values, index=odd_index(len(values)), name="anything"),
    "polars": lambda values: polars.Series("anything", values),
    "arrow": pyarrow.array,
    "arrow chunks": lambda values: pyarrow.chunked_array([values[:3], values[3:]]),
    "range of an iterable": lambda values: _Iterable(values),
}

FRAME_FORMS: dict[str, Callable[[dict[str, list[Any]]], Any]] = {
    "pandas frame": lambda columns: pandas.DataFrame(columns, index=odd_index(len(columns["reward"]))),
    "polars frame": polars.DataFrame,
    "arrow table": pyarrow.table,
    "arrow batch": lambda columns: pyarrow.RecordBatch.from_pydict(columns),
    "dict": dict,
    "list of dicts": lambda columns: [
        dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)
    ],
    "data set": lambda columns: _DataSet(columns),
    "data set of Arrow": lambda columns: _ArrowDataSet(columns),
}


def odd_index(count: int) -> pandas.Index[Any]:
    """Labels in descending order, beginning far from 0."""
    return pandas.Index([f"row-{10 * i}" for i in range(count, 0, -1)])


def as_list(values: Any) -> list[Any]:
    """The values of a column of any form."""
    for method in ("tolist", "to_list", "to_pylist"):
        if hasattr(values, method):
            listed: list[Any] = getattr(values, method)()
            return listed
    return list(values)


class _Iterable:
    """Has a length and can be iterated, and nothing else."""

    def __init__(self, values: list[Any]) -> None:
        self._values = values

    def __len__(self) -> int:
        return len(self._values)

    def __iter__(self) -> Any:
        return iter(self._values)


class _DataSet:
    """Has its columns by name, as those of Hugging Face have."""

    def __init__(self, columns: dict[str, list[Any]]) -> None:
        self._columns = columns
        self.column_names = list(columns)

    def __len__(self) -> int:
        return len(self._columns["reward"])

    def __getitem__(self, name: str) -> list[Any]:
        return self._columns[name]


class _ArrowDataSet(_DataSet):
    """Gives its columns as Arrow, too, as a data set of Hugging Face does, and says its format."""

    def __init__(self, columns: dict[str, list[Any]]) -> None:
        super().__init__(columns)
        self.format = {"type": None}

    def select_columns(self, names: list[str]) -> _ArrowDataSet:
        return _ArrowDataSet({name: self._columns[name] for name in names})

    def with_format(self, kind: str) -> Any:
        assert kind == "arrow"
        return _Whole(pyarrow.table(self._columns))


class _Whole:
    """Its rows, of which all are asked for."""

    def __init__(self, table: Any) -> None:
        self._table = table

    def __getitem__(self, rows: slice) -> Any:
        assert rows == slice(None)
        return self._table
