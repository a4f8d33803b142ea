"""Makes audit.json: what scipy and numpy say of verdicts, their intervals and the Bradley-Terry strength.

Run as: python test/calibration/audit/golden/audit.py   (numpy 2.4, scipy 1.17)
"""

import json
from pathlib import Path

import numpy as np
from scipy import stats

rng = np.random.default_rng(20241123)


def ends(samples):
    return np.quantile(samples, [0.05, 0.95]).tolist()


def verdict(fixed, broken, pairs, disputed, half_changed, deff=1.0, ties=0):
    """By simulation where the service computes."""
    f, f_eff = disputed / pairs, (disputed + half_changed / 2) / pairs
    a, b = 1 + fixed / deff, 1 + broken / deff
    # Of the gain: labels of turned pairs say less about ties, which side 17 points apart.
    m, v = stats.beta.stats(a, b)
    size = m * (1 - m) / (v + (0.17 * (1 - f / f_eff)) ** 2) - 1
    factor = np.clip((size - 2) / (a + b - 2), 0, 1)
    wide = 1 + factor * (a - 1), 1 + factor * (b - 1)
    draws = 2_000_000
    p = rng.beta(*wide, draws)
    # A half pair left over widens each of the others.
    decided = (fixed + broken + 1) / (fixed + broken + ties + 1)
    weight = decided * (f_eff * pairs - fixed - broken - ties)
    others = round(weight)
    each = weight / others
    this_pool = (fixed - broken + each * (2 * rng.binomial(others, p) - others)) / pairs
    share = rng.beta(disputed + 0.5, pairs - disputed + 0.5, draws) * decided * f_eff / f
    mean = share * (2 * p - 1)
    new_sample = rng.normal(mean, np.sqrt(np.maximum(0, share - mean**2) / pairs))
    exact = stats.betabinom(others, *wide)
    return {
        "fixed": fixed, "broken": broken, "pairs": pairs, "shareDisputed": f, "effectiveShare": f_eff,
        "designEffect": deff, "ties": ties,
        "probability": stats.beta.sf(0.5, a, b),
        "gain": decided * f_eff * (2 * stats.beta.mean(a, b) - 1),
        "interval": [(fixed - broken + each * (2 * exact.ppf(q) - others)) / pairs for q in (0.05, 0.95)],
        "intervalSimulated": ends(this_pool),
        "endless": [decided * f_eff * (2 * stats.beta.ppf(q, *wide) - 1) for q in (0.05, 0.95)],
        "newSample": ends(new_sample),
    }


def sigma(x):
    return 1 / (1 + np.exp(-x))


def strength(labelled, pool):
    """The method's grid, by arrays over (tau, alpha', pair)."""
    unit = np.sqrt(np.mean(pool[0] ** 2))
    (dr, db), (pr, pb) = labelled / unit, pool / unit
    tau = np.logspace(-1, 1, 11)[:, None, None]
    alpha = np.linspace(-2, 3, 41)[None, :, None]
    log = np.log(sigma(tau * (dr - alpha * db))).sum(axis=2)
    log += stats.norm.logpdf(alpha[..., 0], 0.25, 1) + stats.norm.logpdf(np.log(tau[..., 0]), -1.15, 1.44)
    posterior = np.exp(log - log.max())
    posterior /= posterior.sum()
    preferred = (posterior[..., None] * (2 * sigma(tau * (pr - alpha * pb)) - 1)).sum(axis=(0, 1))
    candidates = np.arange(13) / 8
    gains = [float(np.mean(preferred * (np.sign(pr - c * pb) - np.sign(pr)) / 2)) for c in candidates]
    return {
        "labelled": labelled.tolist(), "pool": pool.tolist(), "gains": gains,
        "alpha": float(candidates[int(np.argmax(gains))]),
    }


def labels(count, true_alpha, discrete=False):
    """Pairs whose labels follow rewards less true_alpha of their bias; chosen less rejected."""
    dr, db = rng.normal(0, 1.7, count), rng.normal(0, 0.9, count)
    if discrete:
        dr = np.round(dr)
    first = rng.uniform(size=count) < sigma(dr - true_alpha * db)
    sign = np.where(first, 1, -1)
    return np.array([dr * sign, db * sign])


def beta_case(x, a, b):
    return {"x": x, "alpha": a, "beta": b, "cdf": stats.beta.cdf(x, a, b), "quantile": stats.beta.ppf(x, a, b)}


shapes = [(1, 1), (15, 7), (7, 15), (1, 21), (2.5, 1.5), (0.5, 300.5), (163.5, 1087.5), (5001, 4801), (1.0001, 3)]
grid = [1e-6, 0.01, 0.05, 0.3, 0.5, 0.7, 0.95, 0.999]
golden = {
    "beta": [beta_case(x, a, b) for a, b in shapes for x in grid],
    "verdicts": [
        verdict(14, 6, 1250, 163, 0),
        verdict(6, 14, 1250, 163, 0),
        verdict(20, 0, 400, 60, 0),
        verdict(3, 4, 80, 12, 0, ties=1),
        verdict(14, 6, 1250, 163, 0, deff=1.8),
        verdict(11, 9, 50_000, 9_000, 4_000),
        verdict(25.5, 14, 300, 60, 30, deff=1.2),
    ],
    "strengths": [
        strength(labels(20, 0.0), labels(200, 0.0)),
        strength(labels(60, 1.5), labels(200, 1.5)),
        strength(labels(0, 1.0), labels(50, 1.0)),
        strength(labels(80, 0.7, discrete=True), labels(150, 0.7, discrete=True)),
    ],
}
Path(__file__).with_name("audit.json").write_text(json.dumps(golden, default=float) + "\n")
