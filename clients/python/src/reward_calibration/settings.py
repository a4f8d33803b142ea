"""Settings of a fit, as the service takes them in a JSON body and in the query string."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from .columns import CHARACTERISTIC_NAME, MEASURED_BY_SERVICE, Samples
from .errors import InputError, RewardCalibrationWarning

Auto: TypeAlias = Literal["auto"]
Estimator: TypeAlias = Literal["lwr", "mean", "penalty", "lwr-penalty", "lwr-within"]
Characteristics: TypeAlias = str | Sequence[str | Mapping[str, object]]
"""A name, or names and ``{"name": …, "alpha": number or "auto"}``, in the order in which they are removed."""

DEFAULT_CHARACTERISTIC = "chars"
"""What the service fits where the settings name nothing: code points of the response."""


@dataclass(frozen=True)
class Settings:
    """What to fit; None leaves a setting to the service."""

    estimator: Estimator | None = None
    characteristics: Characteristics | None = None
    frac: float | Auto | None = None
    iterations: int | Auto | None = None
    penalty: float | None = None
    ratio: float | None = None
    min_samples: int | None = None

    def body(self) -> dict[str, Any]:
        """The fields of a JSON body."""
        fields = {
            "estimator": self.estimator,
            "characteristics": self._listed(),
            "frac": self.frac,
            "iterations": self.iterations,
            "penalty": self.penalty,
            "ratio": self.ratio,
            "min_samples": self.min_samples,
        }
        return {name: value for name, value in fields.items() if value is not None}

    def query(self) -> list[tuple[str, str]]:
        """The same as parameters of the query string: ``characteristics=NAME:ALPHA``, repeated."""
        parameters: list[tuple[str, str]] = []
        for name, value in self.body().items():
            if name == "characteristics":
                parameters += [(name, _characteristic_in_query(one)) for one in value]
            else:
                parameters.append((name, text_of(value)))
        return parameters

    def names(self) -> list[str]:
        """The characteristics that are fitted."""
        listed = self._listed() or [DEFAULT_CHARACTERISTIC]
        return [one if isinstance(one, str) else str(one["name"]) for one in listed]

    def completed_for(self, samples: Samples) -> Settings:
        """The settings for these samples.

        Where no characteristics are set, and the caller named neither responses nor ``chars``, they are those
        that the samples bring, in their order. Responses that were found by the name of their column do not
        count: what is named wins over what is guessed.
        """
        given = list(samples.characteristics)
        is_default = samples.responses_named or DEFAULT_CHARACTERISTIC in given or not given
        if self.characteristics is not None or is_default:
            return self
        return Settings(
            self.estimator, given, self.frac, self.iterations, self.penalty, self.ratio, self.min_samples
        )

    def warn_of_unused(self, given: Iterable[str], stacklevel: int) -> None:
        """Warn of characteristics that were given and are not fitted."""
        names = self.names()
        unused = [name for name in given if name not in names]
        if unused:
            message = (
                f"fitted by {', '.join(names)}; what is given as {', '.join(unused)} is not used"
                f" (characteristics={unused!r} fits by that, characteristics={[*names, *unused]!r} by all)"
            )
            warnings.warn(message, RewardCalibrationWarning, stacklevel=stacklevel)

    def named_columns(self) -> list[str]:
        """Columns of a frame that need no keyword: a setting names them, and no text is measured for it."""
        if self.characteristics is None:
            return []
        return [name for name in self.names() if name not in MEASURED_BY_SERVICE]

    def _listed(self) -> list[str | dict[str, Any]] | None:
        if self.characteristics is None:
            return None
        given = [self.characteristics] if isinstance(self.characteristics, str) else self.characteristics
        return [_checked(one) for one in given]


def text_of(value: object) -> str:
    """A value as the query string has it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else repr(_plain(value))


def _plain(value: Any) -> Any:
    number = value.item() if hasattr(value, "item") else value
    if isinstance(number, float) and not math.isfinite(number):
        raise InputError("a setting must be a finite number")
    return number


def _checked(given: object) -> str | dict[str, Any]:
    if isinstance(given, str) and CHARACTERISTIC_NAME.match(given):
        return given
    if isinstance(given, Mapping) and isinstance(given.get("name"), str) and set(given) <= {"name", "alpha"}:
        return dict(given)
    raise InputError(
        'characteristics: a name is needed (chars, tokens), or {"name": …, "alpha": number or "auto"}'
    )


def _characteristic_in_query(given: str | Mapping[str, Any]) -> str:
    if isinstance(given, str):
        return given
    return f"{given['name']}:{text_of(given['alpha'])}" if "alpha" in given else str(given["name"])
