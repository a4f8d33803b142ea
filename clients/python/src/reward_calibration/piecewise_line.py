"""The bias of one characteristic: knots joined by straight lines.

Every number is calculated by the same operations in the same order as in the service
(``curve/bias-curve.ts``), each rounded to a double by itself, so that the results are the same to the last
bit, with numpy and without.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class BiasCurve:
    """The estimated bias b̂(c) of a reward model in one characteristic c; α · b̂(c) is subtracted."""

    characteristic: str
    """Which characteristic c is."""
    alpha: float
    """Calibration strength α: 1 removes the whole bias, 0 nothing."""
    knots: tuple[float, ...]
    """Values of c, strictly ascending; at least one."""
    biases: tuple[float, ...]
    """b̂ at each knot, in units of reward."""
    continues: bool
    """Beyond its knots the curve continues its first and last line; else it holds its end values."""
    mean_bias: float
    """Mean of b̂ over the samples that were fitted."""

    def add_to(self, sums: list[float], values: Sequence[float]) -> list[bool]:
        """Add α · b̂ of each value to ``sums``; return which values lie outside the fitted range."""
        for i, value in enumerate(values):
            sums[i] += self.alpha * self.bias_at(value)
        if self.continues:
            return [False] * len(values)
        first, last = self.knots[0], self.knots[-1]
        return [value < first or value > last for value in values]

    def bias_at(self, value: float) -> float:
        """Return b̂(c): exact at knots, linear between them; beyond, the end value or the line continued."""
        knots, biases = self.knots, self.biases
        if not self.continues:
            if value <= knots[0]:
                return biases[0]
            if value >= knots[-1]:
                return biases[-1]
        # The last knot that is not above the value; beyond the ends the outermost line.
        low = min(max(bisect_right(knots, value) - 1, 0), len(knots) - 2)
        share = (value - knots[low]) / (knots[low + 1] - knots[low])
        return biases[low] + share * (biases[low + 1] - biases[low])

    def add_to_array(self, sums: NDArray[np.float64], values: NDArray[np.float64]) -> NDArray[np.bool_]:
        """:meth:`add_to` of numpy's arrays, in place; every operation of it is one of numpy's."""
        import numpy as np

        knots, biases = np.array(self.knots), np.array(self.biases)
        if len(knots) == 1:
            found = np.full(len(values), biases[0])
        else:
            low = np.clip(np.searchsorted(knots, values, side="right") - 1, 0, len(knots) - 2)
            # A product of huge numbers overflows to infinity, which the caller refuses.
            with np.errstate(all="ignore"):
                share = (values - knots[low]) / (knots[low + 1] - knots[low])
                found = biases[low] + share * (biases[low + 1] - biases[low])
            if not self.continues:
                found[values <= knots[0]] = biases[0]
                found[values >= knots[-1]] = biases[-1]
        with np.errstate(all="ignore"):
            sums += self.alpha * found
        if self.continues:
            return np.zeros(len(values), dtype=np.bool_)
        outside: NDArray[np.bool_] = (values < knots[0]) | (values > knots[-1])
        return outside
