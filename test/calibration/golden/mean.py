"""Makes mean.json: windows and pair distances by brute force in numpy, robust scales by statsmodels.

Run as: /tmp/reference/bin/python test/calibration/golden/mean.py
(the environment of reference.py; writes mean.json beside itself)
"""
import json
import pathlib
import random

import numpy as np
from statsmodels.robust.scale import mad

draw = random.Random(7)
# Lengths that tie, and lengths exactly a reach apart: windows that end on a sample.
values = np.array([float(draw.choice(range(10, 130, 5))) for _ in range(120)])
rewards = np.array([round(0.01 * c + draw.gauss(0, 1) + 1000, 6) for c in values])


def windows(ratio=None, reach=None):
    """(reach, a row per distinct value: value, count, mean, standard deviation ÷ √count), ends included."""
    if reach is None:
        n = len(values)
        distances = np.abs(values[:, None] - values[None, :])
        reach = float(distances.sum() / (n * (n - 1)) / ratio)
    rows = []
    for c in np.unique(values):
        inside = rewards[np.abs(values - c) <= reach]
        rows.append([float(c), len(inside), float(inside.mean()), float(inside.std() / np.sqrt(len(inside)))])
    return {"reach": reach, "rows": rows}


skewed = [round(draw.lognormvariate(0, 1), 6) for _ in range(101)]
result = {
    "values": values.tolist(),
    "rewards": rewards.tolist(),
    "by_ratio": windows(ratio=4),
    "by_distance": windows(reach=10.0),
    "scales": [
        {"values": v, "mean": float(np.mean(v)), "mad": float(mad(v, center=np.median))}
        for v in (skewed, skewed[:100], [1.0], [2.0, 5.0], [3.0] * 7, rewards.tolist())
    ],
}
pathlib.Path(__file__).with_name("mean.json").write_text(json.dumps(result) + "\n", encoding="utf-8")
