"""What labels say: evaluations, verdicts, leaderboards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .results import FitWarning, counted, in_words, preformatted, warnings_of


def strength_in_words(audit: Mapping[str, Any]) -> str:
    """How sure a verdict is; where it is unclear, which way it leans: nowhere at even chances."""
    verdict, percent = audit["verdict"], round(100 * audit["probability"])
    strength: str = verdict["strength"]
    if verdict["code"] != "unclear" or strength != "leaning":
        return strength
    if percent == 50:
        return "even"
    return f"leaning towards {'calibrate' if percent > 50 else 'leave'}"


@dataclass(frozen=True)
class Evaluation:
    """Accuracy on labelled pairs before and after calibration."""

    pairs: int
    accuracy_raw: float
    accuracy_calibrated: float
    gain: float
    interval: tuple[float, float]
    """Of the gain, 95 %, by resampling."""
    code: str
    """``calibrate``, ``unclear`` or ``leave``: what the labels say about calibration at full strength."""
    strength: str
    """``strong``, ``leaning`` or ``preliminary``."""
    explanation: str
    subsets: tuple[Mapping[str, Any], ...] = field(repr=False)
    """``name``, ``count``, ``raw``, ``calibrated`` of each."""
    audit: Mapping[str, Any] = field(repr=False)
    """The verdict's numbers; ``client.curves.audit`` takes it."""
    warnings: tuple[FitWarning, ...]
    answer: Mapping[str, Any] = field(repr=False)
    """The service's JSON as it came."""

    @staticmethod
    def of(answer: Mapping[str, Any]) -> Evaluation:
        """The evaluation that an answer holds."""
        accuracy, verdict = answer["accuracy"], answer["verdict"]
        low, high = accuracy["interval"]
        warned = [*answer.get("warnings", ()), *answer["diagnostics"].get("warnings", ())]
        return Evaluation(
            pairs=answer["pairs"],
            accuracy_raw=accuracy["raw"],
            accuracy_calibrated=accuracy["calibrated"],
            gain=accuracy["gain"],
            interval=(low, high),
            code=verdict["code"],
            strength=verdict["strength"],
            explanation=verdict["explanation"],
            subsets=tuple(answer["subsets"]),
            audit=answer["audit"],
            warnings=warnings_of(warned),
            answer=answer,
        )

    def _repr_html_(self) -> str:
        return preformatted(str(self))

    def __str__(self) -> str:
        low, high = self.interval
        return (
            f"{counted(self.pairs, 'pair')}: "
            f"accuracy {self.accuracy_raw:.1%} → {self.accuracy_calibrated:.1%}, "
            f"gain {100 * self.gain:+.1f} points (95 %: {100 * low:+.1f} to {100 * high:+.1f})\n"
            f"{self.code} ({strength_in_words(self.audit)}): {self.explanation}"
        )

    __repr__ = __str__


@dataclass(frozen=True)
class Verdict:
    """Whether to calibrate, and how strongly, by a few labels."""

    code: str
    """``calibrate``, ``unclear`` or ``leave``."""
    strength: str
    """``strong``, ``leaning`` or ``preliminary``."""
    explanation: str
    probability: float
    """That the calibrated order agrees better with these labellers than the raw one."""
    gain: float
    interval: tuple[float, float]
    """Of the gain on this pool, 90 % (``answer["confidence"]``)."""
    alpha: float
    """The strength that the verdict advises: 1, 0.5 or 0."""
    labels: float
    more_labels: int
    """The fewest further labels that could settle it."""
    reward_model: str | None
    version: int | None
    warnings: tuple[FitWarning, ...]
    answer: Mapping[str, Any] = field(repr=False)
    """The audit: the service's JSON as it came; ``client.curves.audit`` takes it."""

    @staticmethod
    def of(answer: Mapping[str, Any]) -> Verdict:
        """The verdict that an answer holds."""
        low, high = answer["interval"]
        return Verdict(
            code=answer["verdict"]["code"],
            strength=answer["verdict"]["strength"],
            explanation=answer["verdict"]["explanation"],
            probability=answer["probability"],
            gain=answer["gain"],
            interval=(low, high),
            alpha=answer["alpha"],
            labels=answer["labels"],
            more_labels=answer["more_labels"],
            reward_model=answer["reward_model"],
            version=answer["version"],
            warnings=warnings_of(answer["warnings"]),
            answer=answer,
        )

    def _repr_html_(self) -> str:
        return preformatted(str(self))

    def __str__(self) -> str:
        return f"{self.code} ({strength_in_words(self.answer)}), alpha {self.alpha:g}: {self.explanation}"

    __repr__ = __str__


@dataclass(frozen=True)
class Leaderboard:
    """Generators by win rate over a baseline, before and after calibration."""

    generators: tuple[Mapping[str, Any], ...]
    """``generator``, ``outputs``, ``win_rate`` {raw, calibrated}, ``rank``, …; best calibrated first."""
    agreement: Mapping[str, Any] | None
    """Spearman's ρ and Kendall's τ-b with the reference; None without one."""
    gameability: Mapping[str, Any] | None
    warnings: tuple[FitWarning, ...]
    answer: Mapping[str, Any] = field(repr=False)
    """The service's JSON as it came."""

    @staticmethod
    def of(answer: Mapping[str, Any]) -> Leaderboard:
        """The leaderboard that an answer holds."""
        return Leaderboard(
            generators=tuple(answer["generators"]),
            agreement=answer.get("agreement"),
            gameability=answer.get("gameability"),
            warnings=warnings_of(answer["diagnostics"].get("warnings")),
            answer=answer,
        )

    def __str__(self) -> str:
        shown = [
            f"{one['rank']['calibrated']:g}. {one['generator']}: {one['win_rate']['calibrated']:.1f} "
            f"(raw {one['win_rate']['raw']:.1f}, rank {one['rank']['raw']:g})"
            for one in self.generators[:4]
        ]
        more = len(self.generators) - len(shown)
        if more > 0:
            shown.append(f"and {more} more")
        elif self.agreement is not None:
            rho = self.agreement["spearman"]
            shown.append(f"ρ with the reference: {in_words(rho['raw'])} → {in_words(rho['calibrated'])}")
        return "\n".join(shown)

    __repr__ = __str__
