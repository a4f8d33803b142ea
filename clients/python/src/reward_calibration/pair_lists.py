"""Pairs that the service draws or makes: preference pairs for training, disputed pairs for labelling."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, overload

from .results import FitWarning, counted


@dataclass(frozen=True)
class PreferencePairs(Sequence[Mapping[str, Any]]):
    """Rows in TRL's preference format: ``prompt``, ``chosen``, ``rejected``, ``margin``."""

    rows: tuple[Mapping[str, Any], ...] = field(repr=False)
    summary: Mapping[str, Any]
    """Counts of groups, pairs and skipped groups, and what the same selection by raw reward gives."""
    version: int | None
    """The curve's version; None where none calibrated."""
    unused: tuple[str, ...] = ()
    """Characteristics that were given and that the curve does not use."""

    @overload
    def __getitem__(self, index: int) -> Mapping[str, Any]: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Mapping[str, Any]]: ...
    def __getitem__(self, index: int | slice) -> Mapping[str, Any] | Sequence[Mapping[str, Any]]:
        return self.rows[index]

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        return iter(self.rows)

    def to_jsonl(self, path: str | Path) -> None:
        """Write a row a line, as TRL and ``datasets`` read them."""
        with open(path, "w", encoding="utf-8", newline="\n") as file:
            for row in self.rows:
                file.write(json.dumps(row, ensure_ascii=False) + "\n")

    def __str__(self) -> str:
        summary = self.summary
        skipped = sum(summary["skipped"].values())
        by = "raw reward" if self.version is None else f"version {self.version}"
        return (
            f"{counted(len(self), 'pair')} of {counted(summary['groups'], 'prompt')} by {by}; "
            f"{skipped:,} of the prompts give none, "
            f"{counted(summary['changed'], 'pair')} not among those by raw reward"
        )

    __repr__ = __str__


@dataclass(frozen=True)
class DisputedPairs:
    """Pairs whose order the calibration turns round, some of them drawn for labelling."""

    pairs: int
    disputed: int
    share_disputed: float
    needed_pairs: int | None
    """Pairs to score for as many disputed ones as were asked for; None where none is disputed."""
    ask: tuple[Mapping[str, Any], ...] = field(repr=False)
    """``id``, ``left`` and ``right`` of each, with ``index`` (the caller's row); ``prompt`` and ``response``
    where texts were given. The sides are random, so that labelling is blind."""
    key: str = field(repr=False)
    """Goes back with the labels; holds no text."""
    reward_model: str | None
    version: int | None
    warnings: tuple[FitWarning, ...]
    answer: Mapping[str, Any] = field(repr=False)
    """The service's JSON; ``index`` in it is the caller's row, too."""

    def __len__(self) -> int:
        return len(self.ask)

    def __str__(self) -> str:
        return (
            f"{counted(len(self.ask), 'pair')} to label, of {self.disputed:,} disputed "
            f"among {counted(self.pairs, 'pair')} "
            f"({self.share_disputed:.1%})"
        )

    __repr__ = __str__
