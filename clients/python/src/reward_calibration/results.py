"""Answers about calibration, in the caller's form."""

from __future__ import annotations

import html
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .errors import RewardCalibrationWarning


@dataclass(frozen=True)
class FitWarning:
    """What a fit warns of: figures, what they mean, what to do."""

    code: str
    message: str


def warnings_of(given: Any) -> tuple[FitWarning, ...]:
    """The warnings of an answer; none where it has none."""
    return tuple(FitWarning(warning["code"], warning["message"]) for warning in given or ())


def warn_of_unused(unused: Sequence[str], by: str, stacklevel: int) -> None:
    """Warn of characteristics that were given and that a curve does not use."""
    if unused:
        message = (
            f"{by} does not use what is given as {', '.join(unused)}"
            f" (a fit with characteristics={list(unused)!r} makes one that does)"
        )
        warnings.warn(message, RewardCalibrationWarning, stacklevel=stacklevel + 1)


@dataclass(frozen=True)
class Calibrated:
    """Calibrated rewards: ``rewards[i] = raw[i] − biases[i]``.

    ``rewards``, ``biases`` and ``extrapolated`` have the caller's form: lists for lists, a Series with the
    same index for a Series, arrays for arrays.
    """

    rewards: Any
    """Calibrated rewards, in the order of the rows."""
    biases: Any
    """What was subtracted: Σ α · bias(characteristic); None of several reward models."""
    extrapolated: Any
    """True where a characteristic lies outside the fitted range."""
    version: int | None
    """The curve's version; None where none calibrated."""
    calibrated: bool
    """False where there is no curve and the raw rewards came through (``on_missing_curve="passthrough"``)."""
    unused: tuple[str, ...] = ()
    """Characteristics that were given and that the curve does not use."""
    answer: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """What the service said besides the columns."""

    def __len__(self) -> int:
        return len(self.rewards)

    def __str__(self) -> str:
        outside = sum(bool(flag) for flag in self.extrapolated)
        by = f"by version {self.version}" if self.calibrated else "raw: there is no curve"
        unused = f"; not used: {', '.join(self.unused)}" if self.unused else ""
        return f"{counted(len(self), 'reward')}, {by}; {outside:,} outside the fitted range{unused}"

    __repr__ = __str__


@dataclass(frozen=True)
class Combined(Calibrated):
    """Rewards of several reward models, each calibrated by its own curve, on one scale and combined.

    In robust standard deviations. ``version`` is None: every reward model has its own.
    """

    versions: Mapping[str, int] = field(default_factory=dict)
    """The version that calibrated, by reward model."""
    members: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """The standardised calibrated rewards of each reward model, in the caller's form."""

    def __str__(self) -> str:
        names = ", ".join(f"{name} (version {version})" for name, version in self.versions.items())
        return f"{counted(len(self), 'reward')}, combined of {names}"

    __repr__ = __str__


@dataclass(frozen=True)
class Fit:
    """A fitted curve, as the service describes it."""

    reward_model: str | None
    """None where the curve was not kept (``fit_calibrate``)."""
    version: int | None
    samples: int
    spearman_before: float | None
    """Rank correlation of raw reward and the first characteristic; None where a column is constant."""
    spearman_after: float | None
    pearson_before: float | None
    pearson_after: float | None
    characteristics: tuple[Mapping[str, Any], ...]
    """What was fitted: ``name``, ``alpha``, ``knots`` and ``range`` of each."""
    warnings: tuple[FitWarning, ...]
    diagnostics: Mapping[str, Any] = field(repr=False)
    answer: Mapping[str, Any] = field(repr=False)
    """The service's JSON as it came."""

    @staticmethod
    def of(answer: Mapping[str, Any]) -> Fit:
        """The fit that an answer describes."""
        diagnostics = answer["diagnostics"]
        return Fit(
            reward_model=answer.get("reward_model"),
            version=answer.get("version"),
            samples=answer["samples"],
            spearman_before=diagnostics["spearman"]["before"],
            spearman_after=diagnostics["spearman"]["after"],
            pearson_before=diagnostics["pearson"]["before"],
            pearson_after=diagnostics["pearson"]["after"],
            characteristics=tuple(answer["characteristics"]),
            warnings=warnings_of(diagnostics.get("warnings")),
            diagnostics=diagnostics,
            answer=answer,
        )

    def _repr_html_(self) -> str:
        return preformatted(str(self))

    def __str__(self) -> str:
        kept = f"{self.reward_model}, version {self.version}" if self.reward_model else "Not kept"
        names = ", ".join(
            f"{one['name']} (alpha {one['alpha']:g}, {one['range'][0]:g} to {one['range'][1]:g})"
            for one in self.characteristics
        )
        lines = [
            f"{kept}: fitted to {counted(self.samples, 'sample')} by {names}",
            f"rank correlation of reward and {self.characteristics[0]['name']} (Spearman's ρ): "
            f"{in_words(self.spearman_before)} → {in_words(self.spearman_after)}; "
            "only labels tell whether that is a gain",
            *(f"{warning.code}: {warning.message}" for warning in self.warnings[:3]),
        ]
        more = len(self.warnings) - 3
        return "\n".join(
            [*lines[:5], *([] if more <= 0 else [f"and {counted(more, 'further warning')} (.warnings)"])]
        )

    __repr__ = __str__


@dataclass(frozen=True)
class FitCalibrated(Calibrated):
    """A batch calibrated by a curve that was fitted to it and not kept."""

    fit: Fit = field(kw_only=True)

    def __str__(self) -> str:
        return f"{self.fit}\n{counted(len(self), 'reward')} calibrated by it"

    __repr__ = __str__


def counted(count: int, noun: str) -> str:
    """A count with its noun: ``1 row``, ``1,000 rows``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def preformatted(text: str) -> str:
    """A text as a notebook shows it: as it is."""
    return f"<pre>{html.escape(text)}</pre>"


def in_words(figure: float | None) -> str:
    """A correlation or a share as a person reads it."""
    return "undefined" if figure is None else f"{figure:.3f}"
