"""What the caller gave → samples: columns of equal length, every value checked before anything is sent."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING

from .errors import InputError
from .forms import Form as Form
from .forms import form_of, kind_of
from .numeric import read_numbers
from .tables import Table, table_of
from .text import codes_of, read_prompts, read_responses

if TYPE_CHECKING:
    from .forms import Floats

CHARACTERISTIC_NAME = re.compile(r"(?!(?:rewards|groups)\Z)[A-Za-z][A-Za-z0-9_.-]{0,63}\Z")
"""As the service has it."""

MEASURED_BY_SERVICE = ("chars", "words", "lines", "markdown")
"""Characteristics that the service measures in the text of a response."""

USUAL_NAMES = {"rewards": ("reward", "rewards"), "responses": ("response",), "prompts": ("prompt",)}
"""Columns of a frame that need no keyword: the service's own names."""

USUAL_CHARACTERISTIC = "chars"
"""A column of a frame that needs no keyword where nothing else says what is measured."""

KEYWORDS = (
    "rewards",
    "responses",
    "prompts",
    "groups",
    "estimator",
    "characteristics",
    "frac",
    "iterations",
    "penalty",
    "ratio",
    "min_samples",
    "version",
    "keep_mean",
    "observe",
    "on_missing_curve",
)
"""What a misspelt keyword may have meant: it would pass for the name of a characteristic."""


@dataclass(frozen=True)
class Samples:
    """Scored responses: columns of equal length, in the order of the caller's rows."""

    rewards: Floats
    """Raw rewards; empty where none are needed."""
    responses: list[str] | None
    """Text of the responses, where it was given."""
    prompts: list[str] | None
    """A text a prompt, the same for the same prompt; where it was given."""
    characteristics: Mapping[str, Floats]
    """Measured numbers, by name, in the order given."""
    form: Form
    responses_named: bool = False
    """Whether the caller named the responses: not, where they are a frame's column of the usual name."""
    table: Table | None = None
    """The frame that they are from."""

    def needs(self, keyword: str) -> str:
        """What to say where that keyword named no column: which columns there are, and which may be meant."""
        return "" if self.table is None else self.table.needs(keyword)

    def __len__(self) -> int:
        return self.form.rows

    def groups(self) -> list[int] | None:
        """The prompts as integers, counted in the order of first appearance."""
        return None if self.prompts is None else codes_of(self.prompts)

    def without_responses(self) -> Samples:
        """The same samples without text."""
        return replace(self, responses=None)

    def part(self, start: int, stop: int) -> Samples:
        """The rows from ``start`` up to ``stop``; their form describes the rows of the part."""
        index = None if self.form.index is None else self.form.index[start:stop]
        rows = min(stop, len(self)) - start
        return replace(
            self,
            rewards=self.rewards[start:stop],
            responses=self.responses and self.responses[start:stop],
            prompts=self.prompts and self.prompts[start:stop],
            characteristics={name: values[start:stop] for name, values in self.characteristics.items()},
            form=Form(self.form.kind, rows, index),
        )


def read_column(data: object, given: object, keyword: str, samples: Samples) -> Floats:
    """A further column of numbers for samples that are collected already, from the same data."""
    column = take_column(None if data is None else table_of(data), given, keyword)
    _refuse_unequal([Column("rewards", samples.rewards), column], samples.form)
    return read_numbers(column.values, column.name, samples.form.describe)


def collect(
    data: object = None,
    *,
    rewards: object = None,
    responses: object = None,
    prompts: object = None,
    characteristics: Mapping[str, object] | None = None,
    default_characteristics: Sequence[str] = (),
    needs_rewards: bool = True,
) -> Samples:
    """Samples of what the caller gave.

    ``data`` is a frame (pandas, polars, Arrow, a dict of columns, a list of dicts) whose columns are then
    named by strings; columns called ``reward`` or ``rewards``, ``response`` and ``prompt`` are taken without
    being named, and so are ``default_characteristics`` that the frame has as columns. Without ``data``
    everything is a column itself. Raises InputError: one line that names the column, the row and the rule.
    """
    given = _Given.read(data, rewards, responses, prompts, characteristics or {}, default_characteristics)
    if needs_rewards and given.rewards is None:
        where = "" if given.table is None else given.table.needs("reward")
        raise InputError(f"rewards are needed, one a sample{where}")
    columns = given.all()
    if not columns:
        where = "" if given.table is None else given.table.needs("response")
        raise InputError(f"neither responses nor a characteristic is given{where}")
    form = given.form()
    if form.rows == 0:
        raise InputError("no samples are given: the batch is empty")
    _refuse_unequal(columns, form)
    describe = form.describe
    texts, asked = given.responses, given.prompts
    return Samples(
        rewards=[]
        if given.rewards is None
        else read_numbers(given.rewards.values, given.rewards.name, describe),
        responses=None if texts is None else read_responses(texts.values, texts.name, describe),
        prompts=None if asked is None else read_prompts(asked.values, asked.name, describe),
        characteristics={
            name: read_numbers(column.values, column.name, describe, " (did you mean responses=?)")
            for name, column in given.characteristics.items()
        },
        form=form,
        responses_named=responses is not None,
        table=given.table,
    )


@dataclass(frozen=True)
class Column:
    """A column as it was given, and how an error names it."""

    name: str
    values: object


def take_column(table: Table | None, given: object, keyword: str) -> Column:
    """The column that a keyword gives: a string names one of the table, anything else is the column."""
    if not isinstance(given, str):
        _refuse_scalar(given, keyword)
        return Column(keyword, given)
    if table is None:
        raise InputError(f"{keyword}={given!r} names a column, but no frame is given{_keyword_hint(keyword)}")
    return Column(f"column {given!r}", table.take(given))


def _refuse_scalar(given: object, keyword: str) -> None:
    if given is None or isinstance(given, bool | int | float):
        raise InputError(f"{keyword}: needs a column, not {type(given).__name__}{_keyword_hint(keyword)}")


def _keyword_hint(keyword: str) -> str:
    near = [] if keyword in KEYWORDS else get_close_matches(keyword, KEYWORDS, n=1, cutoff=0.75)
    return f"; did you mean {near[0]}=?" if near else ""


@dataclass(frozen=True)
class _Given:
    table: Table | None
    rewards: Column | None
    responses: Column | None
    prompts: Column | None
    characteristics: dict[str, Column]

    @staticmethod
    def read(
        data: object,
        rewards: object,
        responses: object,
        prompts: object,
        characteristics: Mapping[str, object],
        defaults: Sequence[str],
    ) -> _Given:
        table = None if data is None else table_of(data)
        named = {name: take_column(table, given, name) for name, given in characteristics.items()}
        for name in named:
            if CHARACTERISTIC_NAME.match(name) is None:
                raise InputError(
                    f"{name!r} cannot name a characteristic: a letter, then up to 63 of A-Z a-z 0-9 _ . -"
                )
        for name in defaults:
            if table is not None and name not in named and name in table.columns:
                named[name] = take_column(table, name, name)
        texts = usual_column(table, responses, "responses")
        if table is not None and not named and texts is None and USUAL_CHARACTERISTIC in table.columns:
            named[USUAL_CHARACTERISTIC] = take_column(table, USUAL_CHARACTERISTIC, USUAL_CHARACTERISTIC)
        raw, asked = usual_column(table, rewards, "rewards"), usual_column(table, prompts, "prompts")
        return _Given(table, raw, texts, asked, named)

    def all(self) -> list[Column]:
        own = (self.rewards, self.responses, self.prompts)
        return [*(column for column in own if column is not None), *self.characteristics.values()]

    def form(self) -> Form:
        """That of the frame; else that of the rewards, or of the first column."""
        if self.table is not None and self.table.form is not None:
            return self.table.form
        leading = (
            self.rewards or next(iter(self.characteristics.values()), None) or self.responses or self.prompts
        )
        values = [] if leading is None else leading.values
        return form_of(values, length_of(values, "" if leading is None else leading.name))


def usual_column(table: Table | None, given: object, keyword: str) -> Column | None:
    """The column of that keyword; of a table also one with a usual name; None where there is none."""
    if given is not None:
        return take_column(table, given, keyword)
    found = [name for name in USUAL_NAMES[keyword] if table is not None and name in table.columns]
    if len(found) > 1:
        raise InputError(
            f"the frame has the columns {' and '.join(map(repr, found))}: name one by {keyword}="
        )
    return take_column(table, found[0], keyword) if found else None


def length_of(values: object, name: str) -> int:
    """Rows of a column."""
    try:
        return len(values)  # type: ignore[arg-type]
    except TypeError:
        raise InputError(f"{name}: needs a column with a length, not {type(values).__name__}") from None


def _refuse_unequal(columns: Sequence[Column], form: Form) -> None:
    leading = columns[0]
    for column in columns:
        rows = length_of(column.values, column.name)
        if rows != form.rows:
            others = (
                f"{leading.name} has {form.rows}" if column is not leading else f"the frame has {form.rows}"
            )
            raise InputError(f"{column.name} has {rows} row{'' if rows == 1 else 's'}, {others}")
        index = getattr(column.values, "index", None) if kind_of(column.values) == "pandas" else None
        if index is not None and form.index is not None and not index.equals(form.index):
            raise InputError(
                f"{column.name} has another index than {leading.name}: align them, or give .to_numpy()"
            )
