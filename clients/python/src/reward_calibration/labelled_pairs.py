"""Labelled pairs as they were given → the pairs or rows of a request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .columns import CHARACTERISTIC_NAME, Column, length_of, take_column
from .errors import InputError
from .formats import plain
from .forms import Form, form_of
from .numeric import items_of, read_numbers
from .results import counted
from .tables import Table, table_of
from .text import read_prompts, read_responses

if TYPE_CHECKING:
    from .forms import Floats

USUAL_NAMES: Mapping[str, tuple[str, ...]] = {
    "chosen_reward": ("chosen_reward", "score_chosen", "scores_chosen"),
    "rejected_reward": ("rejected_reward", "score_rejected", "scores_rejected"),
    "chosen": ("chosen",),
    "rejected": ("rejected",),
    "prompt": ("prompt",),
    "subset": ("subset",),
}
"""Columns of a frame that need no keyword."""

LONGEST_SUBSET = 200


def pairs_of(
    data: object, given: Mapping[str, object], measured: Mapping[str, object]
) -> tuple[list[dict[str, Any]], Form, list[str]]:
    """Pairs as the service has them, the form of the rows, and the names of the characteristics given.

    ``given`` are columns by the names of ``USUAL_NAMES``, None where there is none; ``measured`` are columns
    called ``chosen_NAME`` and ``rejected_NAME``.
    """
    table = None if data is None else table_of(data)
    columns = {name: _column(table, given.get(name), name) for name in USUAL_NAMES}
    leading = columns["chosen_reward"]
    if leading is None or columns["rejected_reward"] is None:
        raise InputError(
            "chosen_reward and rejected_reward are needed: the rewards of both responses of a pair"
        )
    form = (table.form if table is not None else None) or form_of(
        leading.values, length_of(leading.values, leading.name)
    )
    if form.rows == 0:
        raise InputError("no pairs are given")
    names = _characteristic_names(table, measured)
    sides = {side: _side(table, columns, measured, names, side, form) for side in ("chosen", "rejected")}
    subset = columns["subset"]
    subsets = None if subset is None else _subsets(_rows_of(subset, form), subset.name, form)
    pairs = []
    for row in range(form.rows):
        pair: dict[str, Any] = {side: made[row] for side, made in sides.items()}
        if subsets is not None and subsets[row] is not None:
            pair["subset"] = subsets[row]
        pairs.append(pair)
    return pairs, form, names


def as_the_service_has_them(data: object) -> str | None:
    """``pairs`` or ``rows`` where the data are already a list of these, else None."""
    if not isinstance(data, Sequence) or isinstance(data, str | bytes) or not data:
        return None
    first = data[0]
    if not isinstance(first, Mapping):
        return None
    if isinstance(first.get("chosen"), Mapping) and "reward" in first["chosen"]:
        return "pairs"
    return "rows" if "scores_chosen" in first else None


def _column(table: Table | None, given: object, name: str) -> Column | None:
    if given is not None:
        return take_column(table, given, name)
    found = [usual for usual in USUAL_NAMES[name] if table is not None and usual in table.columns]
    if len(found) > 1:
        raise InputError(f"the frame has the columns {' and '.join(map(repr, found))}: name one by {name}=")
    return take_column(table, found[0], name) if found else None


def _characteristic_names(table: Table | None, measured: Mapping[str, object]) -> list[str]:
    names: dict[str, None] = {}
    for keyword in measured:
        side, _, name = keyword.partition("_")
        if side not in ("chosen", "rejected") or CHARACTERISTIC_NAME.match(name) is None:
            raise InputError(
                f"{keyword}= is no argument: characteristics are chosen_NAME= and rejected_NAME="
            )
        other = f"{'rejected' if side == 'chosen' else 'chosen'}_{name}"
        if other not in measured:
            raise InputError(f"{keyword}= needs {other}= beside it")
        names[name] = None
    texts = table is not None and {"chosen", "rejected"} & set(table.columns)
    if (
        not names
        and not texts
        and table is not None
        and {"chosen_chars", "rejected_chars"} <= set(table.columns)
    ):
        names["chars"] = None
    return list(names)


def _side(
    table: Table | None,
    columns: Mapping[str, Column | None],
    measured: Mapping[str, object],
    names: Sequence[str],
    side: str,
    form: Form,
) -> list[dict[str, Any]]:
    reward = columns[f"{side}_reward"]
    assert reward is not None
    rows = [{"reward": value} for value in plain(_numbers(reward, form))]
    made: list[dict[str, Any]] = list(rows)
    text, prompt = columns[side], columns["prompt"]
    if text is not None:
        for row, value in zip(
            made, read_responses(_rows_of(text, form), text.name, form.describe), strict=True
        ):
            row["response"] = value
    if prompt is not None:
        for row, value in zip(
            made, read_prompts(_rows_of(prompt, form), prompt.name, form.describe), strict=True
        ):
            row["prompt"] = value
    for name in names:
        keyword = f"{side}_{name}"
        column = take_column(table, measured.get(keyword, keyword), keyword)
        for row, number in zip(made, plain(_numbers(column, form)), strict=True):
            row.setdefault("characteristics", {})[name] = number
    return made


def _numbers(column: Column, form: Form) -> Floats:
    return read_numbers(_rows_of(column, form), column.name, form.describe)


def _rows_of(column: Column, form: Form) -> object:
    rows = length_of(column.values, column.name)
    if rows != form.rows:
        raise InputError(f"{column.name} has {counted(rows, 'row')}, others have {form.rows}")
    return column.values


def _subsets(values: object, name: str, form: Form) -> list[str | None]:
    listed = items_of(values, name)
    for row, value in enumerate(listed):
        if value is not None and not (isinstance(value, str) and 0 < len(value) <= LONGEST_SUBSET):
            raise InputError(
                f"{name}, {form.describe(row)}: a subset is named by text of 1 to 200 characters"
            )
    return listed
