"""Writes labelled-pairs.json: what statsmodels and scipy say of the labelled pairs in ../../../../shared/data. Numbers only.

python -m venv /tmp/v && /tmp/v/bin/pip install numpy scipy statsmodels && /tmp/v/bin/python labelled-pairs.py
"""

import gzip
import json
from collections import defaultdict
from pathlib import Path

import numpy as np
import statsmodels.api as sm
from scipy.stats import beta, bootstrap, spearmanr

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"


def audit(gains, prompts):
    """The verdict of the labels (method, "Few labels"): counts, their dependence within prompts, P and the expected gain."""
    fixed, broken, share = gains[gains > 0].sum(), -gains[gains < 0].sum(), np.abs(gains).mean()
    sizes = np.unique(prompts[gains != 0], return_counts=True)[1]
    deff = 1 + 0.4 * ((sizes**2).sum() / sizes.sum() - 1)
    p = beta(1 + fixed / deff, 1 + broken / deff)
    code = "calibrate" if p.sf(0.5) > 0.7 else "leave" if p.sf(0.5) < 0.3 else "unclear"
    return {"fixed": fixed, "broken": broken, "prompts": len(sizes), "designEffect": deff, "probability": p.sf(0.5),
            "gain": share * (2 * p.mean() - 1), "share": (np.abs(gains) == 1).mean(), "effectiveShare": share,
            "code": "leave" if share < 0.05 else code}


golden = []
for name in ["judgebench", "helpsteer2"]:
    pairs = defaultdict(dict)
    with gzip.open(DATA / name / "rewards.jsonl.gz", "rt") as lines:
        for row in map(json.loads, lines):
            pairs[row["rm"], row["pair_id"]][row["label"]] = row
    for rm in sorted({rm for rm, _ in pairs}):
        own = [pair for (scorer, _), pair in pairs.items() if scorer == rm]
        n = len(own)
        sides = [pair[side] for side in ("chosen", "rejected") for pair in own]
        x = np.array([len(row["response"]) for row in sides], float)
        y = np.array([row["reward"] for row in sides])
        credits = lambda z: (z[:n] > z[n:]) + 0.5 * (z[:n] == z[n:])
        fracs = []
        for frac in (0.3, 0.5, 0.9):
            z = y - sm.nonparametric.lowess(y, x, frac=frac, it=3, delta=0, return_sorted=False)
            gains = credits(z) - credits(y)
            seen = bootstrap((gains,), np.mean, n_resamples=49_999, method="percentile", random_state=1)
            fracs.append({"frac": frac, "accuracy": credits(z).mean(), "spearman": spearmanr(x, z)[0],
                          "interval": list(seen.confidence_interval),
                          "audit": audit(gains, np.array([pair["chosen"]["prompt"] for pair in own]))})
        golden.append({"set": name, "rm": rm, "pairs": n, "accuracy": credits(y).mean(),
                       "spearman": spearmanr(x, y)[0], "fracs": fracs})
Path(__file__).with_name("labelled-pairs.json").write_text(json.dumps(golden, indent=1) + "\n")
