"""Documents of curves, made up."""

from __future__ import annotations

from random import Random
from typing import Any


def document(*curves: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """An exported curve that the service would import."""
    numbers = {"before": None, "after": None}
    return {
        "schema_version": 2,
        "reward_model": "made/up",
        "version": 7,
        "fitted_at": "2026-11-23T09:30:00.000Z",
        "estimator": "lwr",
        "frac": 0.5,
        "iterations": 3,
        "samples": 100,
        "characteristics": list(curves) or [curve_of()],
        "diagnostics": {
            "spearman": numbers,
            "pearson": numbers,
            "residual_scale": 1,
            "robust_weight_removed": 0,
            "fit_seconds": 0,
        },
        **fields,
    }


def curve_of(name: str = "chars", **fields: Any) -> dict[str, Any]:
    """The curve of one characteristic."""
    return {
        "name": name,
        "alpha": 1,
        "mean_bias": 0.25,
        "knots": [10, 40.5, 1600],
        "biases": [-0.5, 0.75, 1],
        **fields,
    }


def straight_line(name: str) -> dict[str, Any]:
    """b̂(c) = c, exactly."""
    return curve_of(name, mean_bias=0, knots=[0, 1], biases=[0, 1], beyond="line")


def random_curve(random: Random, name: str) -> dict[str, Any]:
    """A curve of one to forty knots, of any size and sign."""
    scale = 10 ** random.uniform(-6, 6)
    count = random.choice([1, 2, 3, 40])
    whole = random.random() < 0.5
    drawn = {
        float(random.randint(0, 4000)) if whole else random.lognormvariate(0, 2) * scale for _ in range(count)
    }
    if random.random() < 0.2:
        drawn.add(-0.0)
    knots = sorted(drawn)
    fields: dict[str, Any] = {"beyond": "line"} if len(knots) > 1 and random.random() < 0.4 else {}
    return {
        "name": name,
        "alpha": random.choice([1, 0, 0.5, -0.3, random.gauss(0, 2)]),
        "mean_bias": random.gauss(0, 1),
        "knots": knots,
        "biases": [random.choice([0.0, random.gauss(0, 1) * scale]) for _ in knots],
        **fields,
    }
