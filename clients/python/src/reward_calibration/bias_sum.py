"""Σ α · b̂(c) over the curves of a reward model, and what is left of the rewards: what the service
calculates.

As ``curve/calibrate.ts`` of the service, operation by operation: the sum begins at 0, or at −Σ α · mean(b̂)
where the mean is kept, takes the curves in their order, and is subtracted from the reward last.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .forms import loaded
from .piecewise_line import BiasCurve

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from .forms import Flags, Floats


@dataclass(frozen=True)
class BiasSum:
    """What is subtracted from each reward, and which samples lie outside the fitted range of a curve."""

    biases: Floats
    extrapolated: Flags

    @property
    def count_extrapolated(self) -> int:
        """How many samples lie outside."""
        return int(
            self.extrapolated.count(True) if isinstance(self.extrapolated, list) else self.extrapolated.sum()
        )


def sum_biases(
    curves: Sequence[BiasCurve], characteristics: Mapping[str, Floats], count: int, *, keep_mean: bool
) -> BiasSum:
    """Return the biases of ``count`` samples.

    Args:
        curves: those of one reward model.
        characteristics: finite numbers of every characteristic of the curves, ``count`` of each.
        count: how many samples there are.
        keep_mean: whether the mean bias of the fitted samples is added back.

    Returns:
        numpy's arrays where a column is one, or numpy is loaded already; lists else. The same bits.
    """
    start = -_mean_removed(curves) if keep_mean else 0.0
    lists = {name: column for name, column in characteristics.items() if isinstance(column, list)}
    if loaded("numpy") is not None or len(lists) < len(characteristics):
        return _sum_arrays(curves, characteristics, count, start)
    return _sum_lists(curves, lists, count, start)


def subtract(rewards: Floats, biases: Floats) -> Floats:
    """Return ``rewards[i] - biases[i]``: an array where either is one, else a list."""
    if isinstance(rewards, list) and isinstance(biases, list):
        return [reward - bias for reward, bias in zip(rewards, biases, strict=True)]
    import numpy as np

    with np.errstate(all="ignore"):
        difference: NDArray[np.float64] = np.asarray(rewards, dtype=np.float64) - np.asarray(
            biases, dtype=np.float64
        )
    return difference


def first_not_finite(values: Floats) -> int | None:
    """Return the row of the first value that is not finite; None where all are."""
    if isinstance(values, list):
        return next((row for row, value in enumerate(values) if not math.isfinite(value)), None)
    import numpy as np

    finite = np.isfinite(values)
    return None if finite.all() else int(np.argmin(finite))


def first_negative(values: Floats) -> int | None:
    """Return the row of the first value below 0; None where there is none."""
    if isinstance(values, list):
        return next((row for row, value in enumerate(values) if value < 0), None)
    negative = values < 0
    return int(negative.argmax()) if negative.any() else None


def _sum_lists(
    curves: Sequence[BiasCurve], characteristics: Mapping[str, list[float]], count: int, start: float
) -> BiasSum:
    sums = [start] * count
    outside = [False] * count
    for curve in curves:
        found = curve.add_to(sums, characteristics[curve.characteristic])
        outside = [a or b for a, b in zip(outside, found, strict=True)]
    return BiasSum(sums, outside)


def _sum_arrays(
    curves: Sequence[BiasCurve], characteristics: Mapping[str, Floats], count: int, start: float
) -> BiasSum:
    import numpy as np

    sums = np.full(count, start)
    outside = np.zeros(count, dtype=np.bool_)
    for curve in curves:
        values = np.asarray(characteristics[curve.characteristic], dtype=np.float64)
        outside |= curve.add_to_array(sums, values)
    return BiasSum(sums, outside)


def _mean_removed(curves: Sequence[BiasCurve]) -> float:
    # Neither `sum` (since Python 3.12) nor `math.fsum`: the service adds them up one after the other.
    total = 0.0
    for curve in curves:
        total += curve.alpha * curve.mean_bias
    return total
