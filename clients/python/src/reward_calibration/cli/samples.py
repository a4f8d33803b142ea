"""Samples of a file: rewards with responses or measured characteristics, in batches that fit into memory."""

from __future__ import annotations

import argparse
import inspect
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ..client import Client
from ..errors import InputError
from .cells import cell, key, number, text
from .console import say
from .progress import Progress
from .roles import IDENTITY, PROMPT, RESPONSE, REWARD, ColumnFinder
from .rows import Row, Source

BUILT_IN = ("chars", "words", "lines", "markdown")
"""Characteristics that are measured from text."""

BATCH_ROWS = 5_000
BATCH_CHARACTERS = 16_000_000
_ROWS_SHOWN = 500

_KEYWORDS = frozenset(
    name
    for method in (Client.fit, Client.calibrate, Client.preference_pairs, Client.disputed_pairs)
    for name in inspect.signature(method).parameters
)


@dataclass(frozen=True)
class SampleColumns:
    """Where a file has what."""

    reward: str
    response: str | None
    prompt: str | None
    identity: str | None
    characteristics: dict[str, str]
    """Column of numbers by characteristic."""


@dataclass
class Batch:
    """Rows with their values, one list a column."""

    rows: list[Row] = field(default_factory=list)
    rewards: list[float] = field(default_factory=list)
    responses: list[str] | None = None
    conversations: list[object] | None = None
    """Responses as they are: texts, or messages."""
    prompts: list[object] | None = None
    ids: list[str | int] | None = None
    characteristics: dict[str, list[float]] = field(default_factory=dict)

    def with_numbers(self, source: Source, columns: SampleColumns) -> list[Row]:
        """The rows, with what was read as numbers from text as numbers: a CSV file has only text."""
        if not source.is_text:
            return self.rows
        numbers = {columns.reward: self.rewards}
        numbers |= {columns.characteristics[name]: values for name, values in self.characteristics.items()}
        return [
            replace(row, cells={**row.cells, **{name: values[i] for name, values in numbers.items()}})
            for i, row in enumerate(self.rows)
        ]

    def prompt_keys(self) -> list[str] | None:
        """Prompts as text alone: messages as their JSON."""
        if self.prompts is None:
            return None
        return [
            p if isinstance(p, str) else json.dumps(p, ensure_ascii=False, sort_keys=True)
            for p in self.prompts
        ]


def find_columns(
    source: Source,
    arguments: argparse.Namespace,
    needed: Sequence[str] | None,
    *,
    prompts: bool = False,
    identities: bool = False,
    texts: bool = False,
) -> SampleColumns:
    """Finds the columns of samples, and says what was guessed.

    ``needed`` are the characteristics of a curve: each is read from the column of its name, where there is
    one, else measured from the responses. None: those that the options name, else chars. With ``texts``
    responses are wanted in any case.
    """
    finder = ColumnFinder(source)
    reward = finder.required(REWARD, arguments.reward)
    prompt = finder.required(PROMPT, arguments.prompt) if prompts else None
    identity = finder.optional(IDENTITY, arguments.id) if identities else None
    named = named_characteristics(arguments)
    columns: dict[str, str] = {}
    measured: list[str] = []
    for name in needed if needed is not None else (tuple(named) or ("chars",)):
        given = named.get(name)
        if given is not None:
            columns[name] = finder.existing(given)
        elif arguments.response is None and (column := _named_like(source, name)) is not None:
            columns[name] = finder.existing(column)
            finder.guessed.append(f"{name} from '{column}'")
        else:
            measured.append(name)
    refuse_unused(named, needed)
    unknown = [name for name in measured if name not in BUILT_IN]
    if unknown:
        raise InputError(
            f"{source.name} has no column '{unknown[0]}', and it is not measured from text;"
            f" name its column by --characteristic {unknown[0]}=COLUMN"
        )
    response = finder.required(RESPONSE, arguments.response) if measured or texts else None
    if response is None and arguments.response is not None:
        response = finder.existing(arguments.response)
    finder.refuse_doubts()
    if finder.guessed:
        say(f"reading {', '.join(finder.guessed)}")
    for note in source.notes:
        say(note)
    return SampleColumns(reward, response, prompt, identity, columns)


def named_characteristics(arguments: argparse.Namespace) -> dict[str, str | None]:
    """``--characteristic NAME[=COLUMN]`` as columns by name; None where no column is named."""
    result: dict[str, str | None] = {}
    for given in arguments.characteristic or ():
        name, _, column = given.partition("=")
        if name in result:
            raise InputError(f"--characteristic {name} is given twice")
        result[name] = column or None
    return result


def _named_like(source: Source, characteristic: str) -> str | None:
    """The column of a characteristic's name; the service's own rows have it in ``characteristics``."""
    names = (characteristic, f"characteristics.{characteristic}")
    return next((name for name in names if name in source.guessable), None)


def refuse_unused(named: dict[str, str | None], needed: Sequence[str] | None) -> None:
    """Refuses characteristics that a stored curve is not of."""
    if needed is None:
        return
    for name in named:
        if name not in needed:
            raise InputError(f"--characteristic {name}: the curve is of {', '.join(needed)}")


def batches(
    source: Source,
    columns: SampleColumns,
    shown: Progress,
    *,
    whole: bool = False,
    conversations: bool = False,
) -> Iterator[Batch]:
    """The rows as batches of a few thousand, or as one."""
    batch, characters = _empty(columns), 0
    if conversations:
        batch.conversations = []
    for count, row in enumerate(source.rows, 1):
        if count % _ROWS_SHOWN == 0:
            shown.advance(_ROWS_SHOWN)
        batch.rewards.append(number(source, row, columns.reward))
        if batch.responses is not None and columns.response is not None:
            batch.responses.append(text(source, row, columns.response))
            characters += len(batch.responses[-1])
            if batch.conversations is not None:
                batch.conversations.append(cell(source, row, columns.response))
        if batch.prompts is not None and columns.prompt is not None:
            batch.prompts.append(key(source, row, columns.prompt))
        if batch.ids is not None and columns.identity is not None:
            batch.ids.append(_identity(source, row, columns.identity))
        for name, values in batch.characteristics.items():
            values.append(number(source, row, columns.characteristics[name]))
        # A whole file is kept by its values alone: its places, not its other columns.
        batch.rows.append(Row(row.place, {}) if whole else row)
        if not whole and (len(batch.rows) >= BATCH_ROWS or characters >= BATCH_CHARACTERS):
            yield batch
            batch, characters = _empty(columns), 0
    if batch.rows:
        yield batch


def whole_batch(source: Source, columns: SampleColumns, shown: Progress) -> Batch:
    """All rows of a file, by the values that are needed."""
    return next(batches(source, columns, shown, whole=True))


def conversation_batch(source: Source, columns: SampleColumns, shown: Progress) -> Batch:
    """All rows of a file, with responses also as they are: those that are messages come out as messages."""
    return next(batches(source, columns, shown, whole=True, conversations=True))


def characteristic_keywords(batch: Batch) -> dict[str, Any]:
    """Measured numbers as keywords of the client, which are Any: their names are those of the user.

    Raises InputError for a name that is another keyword of the client.
    """
    taken = _KEYWORDS.intersection(batch.characteristics)
    if taken:
        raise InputError(f"a characteristic called '{min(taken)}' cannot be given on the command line")
    return dict(batch.characteristics)


def sample_keywords(batch: Batch) -> dict[str, Any]:
    """A batch as keywords of the client."""
    given = {"rewards": batch.rewards, "responses": batch.responses, "prompts": batch.prompt_keys()}
    present = {name: values for name, values in given.items() if values is not None}
    return {**present, **characteristic_keywords(batch)}


def _empty(columns: SampleColumns) -> Batch:
    return Batch(
        responses=None if columns.response is None else [],
        prompts=None if columns.prompt is None else [],
        ids=None if columns.identity is None else [],
        characteristics={name: [] for name in columns.characteristics},
    )


def _identity(source: Source, row: Row, column: str) -> str | int:
    value = row.cells.get(column)
    if (isinstance(value, int) and not isinstance(value, bool)) or (isinstance(value, str) and value):
        return value
    raise source.refuse(row.place, f"'{column}' is neither text nor a whole number")
