"""Numbers that would be rounded or are none, in every kind of column; lists that are read at once."""

from __future__ import annotations

import math
import random
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy
import pandas
import polars
import pyarrow
import pytest

from reward_calibration import InputError
from reward_calibration.numeric import read_numbers

BEYOND = 2**53 + 1


def row_of(row: int) -> str:
    return f"row {row}"


ROUNDED: dict[str, Any] = {
    "list of int": [1, BEYOND],
    "list of float and int": [1.5, -BEYOND],
    "list of numpy int64": [numpy.int64(1), numpy.int64(BEYOND)],
    "list of the least int64": [numpy.int64(0), numpy.int64(-(2**63))],
    "list of numpy uint64": [1, numpy.uint64(2**64 - 1)],
    "list of Fraction": [Fraction(1), Fraction(BEYOND)],
    "list of Decimal": [Decimal(1), Decimal(BEYOND)],
    "numpy": numpy.array([1, BEYOND]),
    "numpy uint64": numpy.array([1, BEYOND], dtype="uint64"),
    "numpy object": numpy.array([1, BEYOND], dtype=object),
    "numpy masked": numpy.ma.array([1, BEYOND], mask=[False, False]),
    "pandas": pandas.Series([1, BEYOND]),
    "pandas Int64": pandas.Series([1, BEYOND], dtype="Int64"),
    "pandas object": pandas.Series([1, BEYOND], dtype=object),
    "polars": polars.Series([1, BEYOND]),
    "polars Decimal": polars.Series([Decimal(1), Decimal(BEYOND)]),
    "arrow": pyarrow.array([1, BEYOND]),
    "arrow decimal": pyarrow.array([Decimal(1), Decimal(BEYOND)]),
}


@pytest.mark.parametrize("form", ROUNDED)
def test_what_a_double_rounds_is_refused(form: str) -> None:
    with pytest.raises(InputError, match=r"rewards, row 1: .*2\^53"):
        read_numbers(ROUNDED[form], "rewards", row_of)


@pytest.mark.parametrize("unit", ["m8[ns]", "M8[ns]", "m8[D]", "M8[s]"])
def test_dates_and_durations_are_no_numbers(unit: str) -> None:
    for column in (numpy.array([1, 2], dtype=unit), numpy.array([[1]], dtype=unit)):
        with pytest.raises(InputError, match="dates or durations"):
            read_numbers(column, "rewards", row_of)
    with pytest.raises(InputError):
        read_numbers(list(numpy.array([1, 2], dtype=unit)), "rewards", row_of)
    if not unit.endswith("[D]"):
        with pytest.raises(InputError):
            read_numbers(pandas.Series(numpy.array([1, 2], dtype=unit)), "rewards", row_of)


def test_numbers_of_every_type_are_the_doubles_next_to_them() -> None:
    draw = random.Random(3)
    makers: list[Any] = [
        int,
        float,
        numpy.int64,
        numpy.int8,
        numpy.float64,
        numpy.float32,
        Fraction,
        lambda value: Decimal(f"{value}.25"),
        lambda value: Fraction(value, 7),
        lambda value: value / 3,
    ]
    for _ in range(500):
        chosen = draw.choices(makers, k=draw.randint(1, 3))
        values = [draw.choice(chosen)(draw.randint(-100, 100)) for _ in range(draw.randint(1, 12))]
        read = read_numbers(values, "rewards", row_of)
        assert read == [float(value) for value in values]
        assert {type(value) for value in read} == {float}
        # One wrong value among them is found where it stands.
        place = draw.randrange(len(values))
        wrong = draw.choice(
            [math.nan, math.inf, None, True, numpy.bool_(True), "x", 1j, Decimal("NaN"), numpy.float32("nan")]
        )
        with pytest.raises(InputError, match=f"row {place}: "):
            read_numbers([*values[:place], wrong, *values[place + 1 :]], "rewards", row_of)


def test_text_that_holds_numbers_says_how_to_convert_it() -> None:
    for column in (["0.5"], pandas.Series(["0.5"]), polars.Series(["0.5"]), pyarrow.array(["0.5"])):
        with pytest.raises(InputError, match=r"text where a finite number is needed: .*astype\(float\)"):
            read_numbers(column, "rewards", row_of)
