"""Labelled pairs of a file: two rewards, two responses, a prompt."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from ..errors import InputError
from .cells import key, number, spoken, text
from .chat import Messages, is_messages, shared_beginning
from .console import say
from .progress import Progress
from .roles import PROMPT, SUBSET, ColumnFinder, side_response, side_reward
from .rows import Row, Source
from .samples import BUILT_IN, named_characteristics, refuse_unused

_SIDES = ("chosen", "rejected")
_ROWS_SHOWN = 500
_PATTERNS = (
    "{side}_{name}",
    "{name}_{side}",
    "{side}.characteristics.{name}",
    "characteristics_{side}.{name}",
)
"""How columns of numbers are called: by people, by the service's pairs, by its RewardBench rows."""


@dataclass(frozen=True)
class SideColumns:
    """Columns of the chosen, or of the rejected responses."""

    reward: str
    response: str | None
    characteristics: dict[str, str]


@dataclass(frozen=True)
class PairColumns:
    """Columns of a file of pairs."""

    sides: dict[str, SideColumns]
    prompt: str | None
    subset: str | None


@dataclass
class PairBatch:
    """Pairs as the service takes them, with the rows that they come from."""

    pairs: list[dict[str, object]] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)


def find_pair_columns(
    source: Source, arguments: argparse.Namespace, needed: Sequence[str] | None
) -> PairColumns:
    """Finds the columns of pairs, and says what was guessed.

    ``needed`` are the characteristics of a stored curve; None: those that the options name, else chars.
    """
    finder = ColumnFinder(source)
    named = _characteristic_columns(source, arguments, needed)
    rewards = {
        side: finder.required(side_reward(side), getattr(arguments, f"{side}_reward")) for side in _SIDES
    }
    measured = [name for name, columns in named.items() if columns is None]
    unknown = [name for name in measured if name not in BUILT_IN]
    if unknown:
        raise InputError(
            f"{unknown[0]} is not measured from text; name its columns by"
            f" --characteristic {unknown[0]}=CHOSEN,REJECTED"
        )
    sides = {}
    for place, side in enumerate(_SIDES):
        given = getattr(arguments, side)
        response = finder.required(side_response(side), given) if measured else given
        numbers = {
            name: finder.existing(columns[place]) for name, columns in named.items() if columns is not None
        }
        sides[side] = SideColumns(rewards[side], response, numbers)
    prompt = finder.optional(PROMPT, arguments.prompt)
    subset = finder.optional(SUBSET, arguments.subset)
    finder.refuse_doubts()
    if finder.guessed:
        say(f"reading {', '.join(finder.guessed)}")
    for note in source.notes:
        say(note)
    if sides["chosen"].response == "text_chosen" and measured:
        say("text_chosen of RewardBench holds the prompt, too, which is measured along with the response")
    return PairColumns(sides, prompt, subset)


def read_pairs(source: Source, columns: PairColumns, shown: Progress) -> PairBatch:
    """All pairs of a file."""
    result = PairBatch()
    stripped = 0
    for count, row in enumerate(source.rows, 1):
        if count % _ROWS_SHOWN == 0:
            shown.advance(_ROWS_SHOWN)
        prompt = _prompt(source, row, columns)
        beginning, answers = _answers(row, columns)
        if beginning:
            stripped += 1
            prompt = prompt or json.dumps(beginning, ensure_ascii=False)
        pair: dict[str, object] = {}
        for side in _SIDES:
            sample = _sample(source, row, columns.sides[side], answers.get(side))
            pair[side] = sample if prompt is None else {**sample, "prompt": prompt}
        if columns.subset is not None:
            pair["subset"] = _subset(source, row, columns.subset)
        result.pairs.append(pair)
        result.rows.append(Row(row.place, {}))
    if stripped:
        say(f"in {stripped:,} pairs the messages that both sides begin with were taken for the prompt")
    return result


def _characteristic_columns(
    source: Source, arguments: argparse.Namespace, needed: Sequence[str] | None
) -> dict[str, tuple[str, str] | None]:
    """Two columns of numbers by characteristic, None where it is measured from the responses."""
    named = named_characteristics(arguments)
    refuse_unused(named, needed)
    result: dict[str, tuple[str, str] | None] = {}
    for name in needed if needed is not None else (tuple(named) or ("chars",)):
        given = named.get(name)
        if given is None:
            result[name] = _named_like(source, arguments, name)
            continue
        columns = given.split(",")
        if len(columns) != 2:
            raise InputError(f"--characteristic {name}: two columns are needed, {name}=CHOSEN,REJECTED")
        result[name] = (columns[0], columns[1])
    return result


def _named_like(source: Source, arguments: argparse.Namespace, name: str) -> tuple[str, str] | None:
    if arguments.chosen is not None or arguments.rejected is not None:
        return None
    for pattern in _PATTERNS:
        chosen, rejected = (pattern.format(side=side, name=name) for side in _SIDES)
        if chosen in source.guessable and rejected in source.guessable:
            return chosen, rejected
    return None


def _sample(source: Source, row: Row, columns: SideColumns, answer: Messages | None) -> dict[str, object]:
    sample: dict[str, object] = {"reward": number(source, row, columns.reward, alone_in_list=True)}
    if columns.response is not None:
        sample["response"] = (
            text(source, row, columns.response)
            if answer is None
            else spoken(answer, f"{source.where(row.place)}: '{columns.response}'")
        )
    if columns.characteristics:
        sample["characteristics"] = {
            name: number(source, row, column) for name, column in columns.characteristics.items()
        }
    return sample


def _prompt(source: Source, row: Row, columns: PairColumns) -> str | None:
    if columns.prompt is None:
        return None
    prompt = key(source, row, columns.prompt)
    return prompt if isinstance(prompt, str) else json.dumps(prompt, ensure_ascii=False)


def _answers(row: Row, columns: PairColumns) -> tuple[Messages, dict[str, Messages]]:
    """Of two conversations: how both begin, and what follows on each side.

    TRL's preference data may have the prompt within both sides ("implicit prompt").
    """
    chosen, rejected = (row.cells.get(columns.sides[side].response or "") for side in _SIDES)
    if not (is_messages(chosen) and is_messages(rejected)):
        return (), {}
    # Of equal conversations the last message is the answer.
    shared = min(shared_beginning(chosen, rejected), len(chosen) - 1, len(rejected) - 1)
    return chosen[:shared], {"chosen": chosen[shared:], "rejected": rejected[shared:]}


def _subset(source: Source, row: Row, column: str) -> str:
    value = row.cells.get(column)
    if isinstance(value, str) and 0 < len(value) <= 200:
        return value
    raise source.refuse(row.place, f"'{column}' is not a name of 1 to 200 characters")
