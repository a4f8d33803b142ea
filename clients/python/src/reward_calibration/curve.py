"""A fitted curve without the service: the same calibrated rewards, to the last bit.

    curve = client.curves.get("org/reward-model")      # or Curve.from_file("curve.json")
    calibrated = curve.calibrate(frame.score, responses=frame.text).rewards

The document is what ``GET /v1/curves?reward_model=…&version=…`` exports. Needs no numpy; uses it where it is
loaded.
"""

from __future__ import annotations

import copy
import json
import math
import os
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .bias_sum import BiasSum, first_negative, first_not_finite, subtract, sum_biases
from .characteristics import BUILT_IN, measure
from .columns import Samples, collect
from .connected import given_of
from .curve_document import parse_document, read_curves, write_whole
from .errors import InputError, RewardCalibrationWarning
from .forms import kind_of
from .piecewise_line import BiasCurve
from .results import Calibrated, counted, warn_of_unused
from .tables import table_of

if TYPE_CHECKING:
    from .forms import Floats


@dataclass(frozen=True, repr=False)
class Curve:
    """The curve of a reward model: what is subtracted from a raw reward, by characteristics of the response.

    Immutable. Made by :meth:`from_dict`, :meth:`from_json` or :meth:`from_file`, which check the document.
    """

    reward_model: str
    """Whose rewards it calibrates."""
    version: int | None
    """The version at the service that exported it; None where the document has none."""
    curves: tuple[BiasCurve, ...]
    """What is added up, in the order of the document; ``lwr-penalty`` has two of one characteristic."""
    _document: Mapping[str, object] = field(hash=False)

    @classmethod
    def from_dict(cls, document: Mapping[str, object]) -> Curve:
        """Return the curve of an exported document.

        Raises:
            InputError: one line that names the field and the rule; so for a document of a newer service.
        """
        if not isinstance(document, Mapping):
            raise InputError(f"a curve needs the exported document, not {type(document).__name__}")
        curves = read_curves(document)
        version = document.get("version")
        return cls(
            reward_model=str(document["reward_model"]),
            version=int(version) if isinstance(version, (int, float)) else None,
            curves=curves,
            _document=copy.deepcopy(dict(document)),
        )

    @classmethod
    def from_json(cls, text: str | bytes) -> Curve:
        """Return the curve of an exported document as JSON text; errors are those of :meth:`from_dict`."""
        return cls.from_dict(parse_document(text))

    @classmethod
    def from_file(cls, path: str | os.PathLike[str]) -> Curve:
        """Return the curve of a file with an exported document.

        Raises:
            InputError: as :meth:`from_dict`, with the name of the file; also where it cannot be read.
        """
        try:
            with open(path, "rb") as file:
                text = file.read()
        except OSError as error:
            reason = (error.strerror or "unknown reason").lower()
            raise InputError(f"cannot read the curve {os.fspath(path)}: {reason}") from None
        try:
            return cls.from_json(text)
        except InputError as error:
            raise InputError(f"{os.fspath(path)}: {error}") from None

    def to_dict(self) -> dict[str, object]:
        """Return the document as it came, as a copy."""
        return copy.deepcopy(dict(self._document))

    def to_json(self) -> str:
        """Return the document as JSON; its numbers are read back as the same doubles."""
        return json.dumps(self._document, ensure_ascii=False, allow_nan=False)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the document as JSON to a file, in the place of one of that name."""
        write_whole(path, self.to_json() + "\n")

    @property
    def characteristics(self) -> tuple[str, ...]:
        """The characteristics that are needed, each once, in the order of the document."""
        return tuple(dict.fromkeys(curve.characteristic for curve in self.curves))

    @property
    def ranges(self) -> dict[str, tuple[float, float]]:
        """The fitted range of each characteristic; outside of it samples are marked as extrapolated.

        Infinite for a characteristic of which there are straight lines alone (``penalty``).
        """
        found = dict.fromkeys(self.characteristics, (-math.inf, math.inf))
        for curve in self.curves:
            if not curve.continues:
                least, most = found[curve.characteristic]
                found[curve.characteristic] = (max(least, curve.knots[0]), min(most, curve.knots[-1]))
        return found

    def bias(
        self, data: object = None, *, responses: object = None, response: object = None, **columns: object
    ) -> Any:
        """Return Σ α · b̂(c), what calibration subtracts, in units of reward.

        Args:
            data: a frame, whose columns are then named by strings. A column ``response`` needs no name, nor
                do those that are called as the characteristics, unless there is text to measure.
            responses: the texts, or lists of messages, of which ``chars``, ``words``, ``lines`` and
                ``markdown`` are measured; of messages what the assistant says.
            response: the same as ``responses``.
            columns: characteristics as columns of numbers, by name: ``chars=[40, 85]``. They win over
                measuring.

        Returns:
            one number a sample, in the form of the first column: a list, numpy array, Series, …

        Raises:
            InputError: a characteristic is missing, or a value is no finite number, or negative where it is a
                count.

        A value outside the fitted range takes the bias of the range's end: a
        :class:`~reward_calibration.errors.RewardCalibrationWarning` says how many did.
        """
        texts = given_of(responses, response, ("responses", "response"))
        samples = self._collect(data, None, texts, columns)
        found = self._sum(samples, keep_mean=False)
        row = first_not_finite(found.biases)
        if row is not None:
            raise InputError(
                f"{samples.form.describe(row)}: the bias is so large that it is not a finite number"
            )
        self._warn(samples, found)
        return samples.form.restore(found.biases, "bias")

    def calibrate(
        self,
        data: object = None,
        *,
        rewards: object = None,
        reward: object = None,
        responses: object = None,
        response: object = None,
        keep_mean: bool = False,
        **columns: object,
    ) -> Calibrated:
        """Return calibrated rewards: raw − Σ α · b̂(c).

        Args:
            data: raw rewards, one a sample; or a frame, as for :meth:`bias`.
            rewards: raw rewards, finite; or the name of their column in the frame.
            reward: the same as ``rewards``.
            responses: as for :meth:`bias`.
            response: the same as ``responses``.
            keep_mean: add the mean bias back: no difference and no ranking changes, but the rewards keep the
                reward model's own level.
            columns: as for :meth:`bias`.

        Returns:
            rewards, biases and extrapolated flags in the form of ``rewards`` (of the frame, where there is
            one).

        Raises:
            InputError: as :meth:`bias`; also where a calibrated reward is not a finite number.
        """
        raw = given_of(rewards, reward, ("rewards", "reward"))
        if data is not None and not _is_frame(data):
            raw, data = given_of(raw, data, ("rewards", "data")), None
        texts = given_of(responses, response, ("responses", "response"))
        samples = self._collect(data, raw, texts, columns, needs_rewards=True)
        found = self._sum(samples, keep_mean=keep_mean)
        calibrated = subtract(samples.rewards, found.biases)
        row = first_not_finite(calibrated)
        if row is not None:
            rule = "this reward is so large that its calibrated reward is not a finite number"
            raise InputError(f"rewards, {samples.form.describe(row)}: {rule}")
        warn_of_unused(self._unused(samples), "the curve", stacklevel=3)
        restore = samples.form.restore
        return Calibrated(
            rewards=restore(calibrated, "calibrated_reward"),
            biases=restore(found.biases, "bias"),
            extrapolated=restore(found.extrapolated, "extrapolated"),
            version=self.version,
            calibrated=True,
            unused=self._unused(samples),
        )

    def __repr__(self) -> str:
        version = "" if self.version is None else f", version {self.version}"
        parts = ", ".join(
            f"{name} {least:g} to {most:g}" if math.isfinite(least) else f"{name} (a straight line)"
            for name, (least, most) in self.ranges.items()
        )
        strengths = sorted({curve.alpha for curve in self.curves})
        return (
            f"Curve({self.reward_model!r}{version}: {parts}; alpha {', '.join(f'{a:g}' for a in strengths)})"
        )

    def _collect(
        self,
        data: object,
        rewards: object,
        responses: object,
        columns: Mapping[str, object],
        *,
        needs_rewards: bool = False,
    ) -> Samples:
        has_texts = responses is not None or (data is not None and "response" in table_of(data).columns)
        # Text is measured, as by the client, unless the caller names a column that replaces it.
        usual = [name for name in self.characteristics if not (has_texts and name in BUILT_IN)]
        return collect(
            data,
            rewards=rewards,
            responses=responses,
            characteristics=columns,
            default_characteristics=usual,
            needs_rewards=needs_rewards,
        )

    def _sum(self, samples: Samples, *, keep_mean: bool) -> BiasSum:
        values = {name: self._values(samples, name) for name in self.characteristics}
        return sum_biases(self.curves, values, len(samples), keep_mean=keep_mean)

    def _values(self, samples: Samples, name: str) -> Floats:
        given = samples.characteristics.get(name)
        if given is not None:
            if name in BUILT_IN:
                row = first_negative(given)
                if row is not None:
                    raise InputError(f"{name}, {samples.form.describe(row)}: must not be negative")
            return given
        if name in BUILT_IN and samples.responses is not None:
            return measure(samples.responses, name)
        needed = f"responses= or {name}=" if name in BUILT_IN else f"{name}="
        raise InputError(f"the curve of {self.reward_model!r} is one of {name!r}: give {needed}")

    def _unused(self, samples: Samples) -> tuple[str, ...]:
        return tuple(name for name in samples.characteristics if name not in self.characteristics)

    def _warn(self, samples: Samples, found: BiasSum) -> None:
        outside = found.count_extrapolated
        if outside:
            share = f"{outside} of {counted(len(samples), 'sample')}"
            message = f"{share} lie outside the fitted range: the bias of its end is taken"
            warnings.warn(message, RewardCalibrationWarning, stacklevel=3)
        warn_of_unused(self._unused(samples), "the curve", stacklevel=4)


def _is_frame(given: object) -> bool:
    """Whether it has columns by name, and is not a column itself."""
    if isinstance(given, (list, tuple)):
        return len(given) > 0 and isinstance(given[0], Mapping)
    return kind_of(given) == "list"
