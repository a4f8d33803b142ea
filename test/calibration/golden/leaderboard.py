"""Writes leaderboard.json: Kendall's tau-b and ranks by scipy, the logistic function in 60 decimal digits."""

import json
from decimal import Decimal, getcontext
from pathlib import Path

import numpy as np
from scipy.stats import kendalltau, rankdata

getcontext().prec = 60


def logistic(margin):
    # scipy's expit gives 0 where e^-m overflows, though the value is a subnormal double.
    return float(1 / (1 + (-Decimal(margin)).exp()))


rng = np.random.default_rng(7)
columns = {
    "in order": ([1, 2, 3, 4], [10, 20, 30, 40]),
    "in reverse": ([1, 2, 3, 4], [4, 3, 2, 1]),
    "two": ([1, 2], [5, 3]),
    "ties in x": ([1, 1, 2, 3, 3, 3], [6, 2, 3, 1, 5, 4]),
    "ties in both": ([1, 2, 2, 3, 3, 4, 4, 4], [1, 1, 3, 2, 2, 4, 5, 5]),
    "subnormal differences": ([5e-324, 1e-323, 1.5e-323], [1, 3, 2]),
    "normal": (rng.normal(size=58).tolist(), rng.normal(size=58).tolist()),
    "few values": (rng.integers(0, 5, 80).tolist(), rng.integers(0, 7, 80).tolist()),
    "related": (lambda x: (x.tolist(), (x + rng.normal(size=40)).round(1).tolist()))(rng.normal(size=40).round(1)),
}
margins = [-1000, -745, -709.8, -40, -15.51542, -1, -1e-12, 0, 1e-300, 0.5, 2, 37, 710, 1e308]
ranked = [3.5, 1, 4, 1, 5, 9, 2.25, 6, 5, 3.5, 5]
answer = {
    "kendall": [{"name": name, "x": x, "y": y, "tau": kendalltau(x, y).statistic} for name, (x, y) in columns.items()],
    "sigmoid": [{"margin": m, "value": logistic(m)} for m in margins],
    "ranks": {"values": ranked, "ranks": [int(r) for r in rankdata([-v for v in ranked], method="min")]},
}
(Path(__file__).parent / "leaderboard.json").write_text(json.dumps(answer, indent=1) + "\n")
