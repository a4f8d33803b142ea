"""Which column holds what: by option, else by its name; what is guessed is said, and a doubt is refused."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from itertools import islice

from ..errors import InputError
from .rows import MISSING, Row, Source, quoted, value_within


@dataclass(frozen=True)
class Role:
    """What a column can hold."""

    meaning: str
    """In a sentence, such as ``rewards``."""
    option: str
    """The option that names the column."""
    names: tuple[str, ...]
    """Names that people give to such columns. The first is the service's own, and needs no guessing."""
    parts: tuple[str, ...] = ()
    """Parts of names that say as much, where no name is known."""
    never: tuple[str, ...] = ()
    """Parts of names that say that it is something else."""
    is_number: bool = False
    """Whether it holds numbers that vary: true and false are none, a constant is rather something else."""


_ROWS_THAT_VARY = 50
"""Rows in which a column of numbers has more than one value."""

_SIDES = ("chosen", "rejected")
_SCORES = ("score", "scores", "rm_score", "raw_score", "raw_reward")

REWARD = Role(
    "rewards",
    "--reward",
    (
        "reward",
        "rewards",
        "raw_reward",
        "score",
        "scores",
        "rm_score",
        "reward_score",
        "reward_model_score",
        "rating",
    ),
    ("reward", "score"),
    ("calibrated", *_SIDES),
    is_number=True,
)
RESPONSE = Role(
    "responses",
    "--response",
    (
        "response",
        "responses",
        "completion",
        "output",
        "answer",
        "generation",
        "generated_text",
        "model_output",
        "response_text",
        "reply",
        "text",
    ),
    ("response", "completion", "answer", "output"),
    (*_SIDES, "length", "len", "chars", "tokens", "reward", "score", "id"),
)
PROMPT = Role(
    "prompts",
    "--prompt",
    (
        "prompt",
        "prompts",
        "instruction",
        "question",
        "input",
        "query",
        "problem",
        "prompt_id",
        "group",
    ),
    ("prompt", "question", "instruction"),
    ("length", "len", "chars", "tokens", "reward", "score"),
)
IDENTITY = Role("ids", "--id", ("id",))
SUBSET = Role("subsets", "--subset", ("subset",))


def side_reward(side: str) -> Role:
    """Rewards of the chosen or of the rejected responses."""
    return Role(
        f"rewards of {side} responses",
        f"--{side}-reward",
        (
            f"{side}_reward",
            *(f"{stem}_{side}" for stem in ("reward", *_SCORES)),
            *(f"{side}_{stem}" for stem in _SCORES),
        ),
    )


def side_response(side: str) -> Role:
    """Texts of the chosen or of the rejected responses."""
    stems = ("response", "text", "completion", "answer", "output")
    return Role(
        f"{side} responses",
        f"--{side}",
        (side, *(name for stem in stems for name in (f"{stem}_{side}", f"{side}_{stem}"))),
    )


@dataclass
class ColumnFinder:
    """Finds columns of one source, each for one role, and keeps what was guessed."""

    source: Source
    taken: set[str] = field(default_factory=set)
    guessed: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    """Roles that several columns may have; the first of them was taken for it."""

    def refuse_doubts(self) -> None:
        """Refuses the source where several columns may be meant: all such roles at once."""
        if self.doubts:
            raise InputError(f"{self.source.name}: {'; '.join(self.doubts)}")

    def required(self, role: Role, given: str | None) -> str:
        """The column of a role; InputError where there is none."""
        found = self.optional(role, given)
        if found is None:
            missing = f"no column for {role.meaning}, name it by {role.option} {shown_columns(self.source)}"
            raise InputError(f"{self.source.name}: {'; '.join((*self.doubts, missing))}")
        return found

    def optional(self, role: Role, given: str | None) -> str | None:
        """The column of a role, or None. Several that may be meant are a doubt (``refuse_doubts``)."""
        if given is not None:
            found: str | None = self.existing(given)
        else:
            found = self._guess(role)
            if found is not None:
                self.guessed.append(f"{role.meaning} from '{found}'")
        if found is not None:
            self.taken.add(found)
        return found

    def existing(self, column: str) -> str:
        """A column that was named; InputError where the source does not have it."""
        if not self.has(column):
            raise InputError(missing_column(column, self.source))
        self.taken.add(column)
        return column

    def has(self, column: str) -> bool:
        """Whether there is such a column; ``scores.helpful`` is a value within one."""
        if column in self.source.columns:
            return True
        return not self.source.is_text and any(_within(row, column) for row in self.source.ahead)

    def _guess(self, role: Role) -> str | None:
        free = [column for column in self.source.guessable if column not in self.taken]
        if role.names[0] in free:
            return role.names[0]
        known = [column for column in free if normal(column) in role.names]
        candidates = known or [column for column in free if _says(normal(column), role)]
        if role.is_number:
            candidates = self._varying(candidates)
        if len(candidates) > 1:
            named = listed(candidates, last=" or ")
            self.doubts.append(f"{named} may hold the {role.meaning}, say which by {role.option}")
        return candidates[0] if candidates else None

    def _varying(self, candidates: list[str]) -> list[str]:
        """Those that are numbers; where there are several, those that are not the same in every row."""
        if len(candidates) > 1:
            self.source.look_ahead(_ROWS_THAT_VARY)
        seen = {column: [value_within(row, column) for row in self.source.ahead] for column in candidates}
        numbers = [column for column in candidates if not all(map(_is_truth, seen[column]))]
        vary = [column for column in numbers if any(value != seen[column][0] for value in seen[column])]
        return vary if len(numbers) > 1 and vary else numbers


def shown_columns(source: Source) -> str:
    """The columns of a source, for an error; what looks like a row of data is not repeated."""
    if not source.has_header:
        return "(its first row looks like data, not like the names of columns: a header is needed)"
    return f"(columns: {listed(source.guessable)})"


def missing_column(column: str, source: Source) -> str:
    """That there is no such column, with the one that may be meant."""
    names = tuple(dict.fromkeys((*source.guessable, *source.columns)))
    near = difflib.get_close_matches(column, names, n=1)
    if not near and source.has_header:
        # The name alone, where it stands within another column.
        inner = {name.rpartition(".")[2]: name for name in names}
        near = [inner[name] for name in difflib.get_close_matches(column, inner, n=1)]
    hint = f"; did you mean {quoted(near[0])}?" if near else ""
    return f"no column '{column}' in {source.name}{hint} {shown_columns(source)}"


def listed(names: Sequence[str] | Collection[str], *, last: str = ", ") -> str:
    """Names in quotes, at most twenty of them."""
    shown = [quoted(name) for name in islice(names, 20)]
    if len(names) > 20:
        return f"{', '.join(shown)} and {len(names) - 20} more"
    return last.join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else "".join(shown)


def normal(column: str) -> str:
    """A name without what differs between styles: ``RM score`` is ``rm_score``."""
    return re.sub(r"[^a-z0-9]+", "_", column.strip().lower())


def _within(row: Row, column: str) -> bool:
    return value_within(row, column) is not MISSING


def _is_truth(value: object) -> bool:
    """Whether a cell holds true or false; CSV has them as text."""
    return isinstance(value, bool) or (isinstance(value, str) and value.strip().lower() in ("true", "false"))


def _says(name: str, role: Role) -> bool:
    words = name.split("_")
    if any(part in words for part in role.never):
        return False
    return any(part in name for part in role.parts)
