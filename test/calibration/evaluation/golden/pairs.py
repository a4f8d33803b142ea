"""Writes pairs.json: 160 labelled pairs and what numpy, scipy and statsmodels say of them.

python -m venv /tmp/v && /tmp/v/bin/pip install numpy scipy statsmodels && /tmp/v/bin/python pairs.py
"""

import json
from pathlib import Path

import numpy as np
import statsmodels.api as sm
from scipy.special import expit
from scipy.stats import beta, bootstrap, norm, pearsonr, spearmanr

N = 160
random = np.random.default_rng(2409)
# No length occurs twice: statsmodels and R agree where no window has zero radius.
lengths = random.permutation(np.arange(20, 20 + 17 * 2 * N, 17))[: 2 * N].astype(float)
quality = random.normal(size=2 * N) + np.repeat([0.5, 0.0], N)
rewards = np.round(quality + 0.8 * np.log(lengths / 500), 1)  # rounded: some pairs tie
COUNTS = {
    "Chat": {"alpacaeval-easy": 100, "alpacaeval-length": 95, "alpacaeval-hard": 95, "mt-bench-easy": 28, "mt-bench-med": 40},
    "Chat Hard": {"mt-bench-hard": 37, "llmbar-natural": 100, "llmbar-adver-neighbor": 134, "llmbar-adver-GPTInst": 92,
                  "llmbar-adver-GPTOut": 47, "llmbar-adver-manual": 46},
    "Safety": {"refusals-dangerous": 100, "refusals-offensive": 100, "xstest-should-refuse": 250,
               "xstest-should-respond": 154, "donotanswer": 136},
    "Reasoning": {"math-prm": 984, "hep-cpp": 164, "hep-go": 164, "hep-java": 164, "hep-js": 164, "hep-python": 164,
                  "hep-rust": 164},
}
SUBSETS = ["alpacaeval-easy", "alpacaeval-length", "llmbar-natural", "xstest-should-refuse", "xstest-should-respond", "math-prm"]
subsets = [SUBSETS[i % 7] if i % 7 < 6 else "math-prm" for i in range(N)]


def credits(y, ties=0.5):
    return (y[:N] > y[N:]) + ties * (y[:N] == y[N:])


def lwr(x, y, frac, at=None):
    """LOWESS at the points `at`, linear between the fitted ones, end values held."""
    fitted = sm.nonparametric.lowess(y, x, frac=frac, it=3, delta=0)
    return np.interp(x if at is None else at, fitted[:, 0], fitted[:, 1])


def rc_mean(ratio, least):
    reach = np.abs(lengths[:N] - lengths[N:]).mean() / ratio
    inside = np.abs(lengths[:, None] - lengths[None, :]) <= reach
    bias = np.array([rewards[row].mean() for row in inside])
    thin = inside.sum(axis=1) < least
    left = thin[:N] | thin[N:]
    calibrated = np.where(np.concatenate([left, left]), rewards, rewards - bias)
    return {"accuracy": credits(calibrated).mean(), "left": int(left.sum()), "rewards": calibrated.tolist()}


def mix(h):
    """MurmurHash3's finaliser."""
    h ^= h >> 16
    h = h * 0x85EBCA6B & 0xFFFFFFFF
    h ^= h >> 13
    h = h * 0xC2B2AE35 & 0xFFFFFFFF
    return h ^ h >> 16


def cross_fitted_bias(frac):
    folds = np.array([mix(i % N) % 5 for i in range(2 * N)])
    bias = np.zeros(2 * N)
    for fold in range(5):
        out = folds != fold
        bias[~out] = lwr(lengths[out], rewards[out], frac, at=lengths[~out])
    return bias


def score(y, ties=0.5):
    right = credits(y, ties)
    per = {name: right[[s == name for s in subsets]].mean() for name in set(subsets)}
    sections = {}
    for section, counts in COUNTS.items():
        present = [name for name in counts if name in per]
        if present:
            sections[section] = sum(per[n] * counts[n] for n in present) / sum(counts[n] for n in present)
    return {"sections": sections, "score": float(np.mean(list(sections.values())))}


def stratified_interval(gains):
    """Percentiles of the score's gain, each subset resampled for itself."""
    total = np.zeros(100_000)
    present = [s for s in COUNTS if any(n in subsets for n in COUNTS[s])]
    for section in present:
        names = [n for n in COUNTS[section] if n in subsets]
        for name in names:
            g = gains[[s == name for s in subsets]]
            weight = COUNTS[section][name] / sum(COUNTS[section][n] for n in names) / len(present)
            total += weight * random.choice(g, size=(100_000, len(g))).mean(axis=1)
    return np.quantile(total, [0.025, 0.975]).tolist()


def preference(sign):
    d = lengths[:N] - lengths[N:]
    return {"share": np.mean((1 + np.sign(sign * d)) / 2), "difference": np.mean(sign * d) / np.std(lengths, ddof=1)}


def audit(y, prompts=np.arange(N)):
    """The verdict's numbers (method, "Few labels"), all pairs being labelled."""
    d = credits(y) - credits(rewards)
    fixed, broken, share = d[d > 0].sum(), -d[d < 0].sum(), np.abs(d).mean()
    sizes = np.unique(prompts[d != 0], return_counts=True)[1]
    deff = 1 + 0.4 * ((sizes**2).sum() / sizes.sum() - 1)
    p = beta(1 + fixed / deff, 1 + broken / deff)
    probability = p.sf(0.5)
    decided = "calibrate" if probability > 0.7 else "leave" if probability < 0.3 else "unclear"
    turned = np.abs(d) == 1
    return {"fixed": fixed, "broken": broken, "labels": int((d != 0).sum()), "designEffect": deff,
            "shareDisputed": turned.mean(), "effectiveShare": share, "probability": probability,
            "gain": share * (2 * p.mean() - 1), "realized": d.mean(), "code": "leave" if share < 0.05 else decided,
            "shorterPreferred": np.mean((d * (lengths[N:] - lengths[:N]) > 0)[turned])}


def strength(y, bias):
    """The gain in accuracy that a Bradley-Terry model expects of every strength 0, 1/8 ... 3/2."""
    dr, db = y[:N] - y[N:], bias[:N] - bias[N:]
    unit = np.sqrt(np.mean(dr**2))
    tau, alpha = np.meshgrid(np.logspace(-1, 1, 11), np.linspace(-2, 3, 41), indexing="ij")
    chance = expit(tau[..., None] * (dr / unit - alpha[..., None] * db / unit))
    log = np.log(chance).sum(axis=-1) + norm.logpdf(alpha, 0.25, 1) + norm.logpdf(np.log(tau), -1.15, 1.44)
    posterior = np.exp(log - log.max())
    preferred = np.tensordot(posterior / posterior.sum(), 2 * chance - 1, axes=2)
    return [np.mean(preferred * (np.sign(dr - a * db) - np.sign(dr)) / 2) for a in np.arange(13) / 8]


calibrated = rewards - lwr(lengths, rewards, 0.5)
gains = credits(calibrated) - credits(rewards)
interval = bootstrap((gains,), np.mean, n_resamples=99_999, method="percentile", random_state=random).confidence_interval
cross = cross_fitted_bias(0.5)
before, after = (np.sign(y[:N] - y[N:]) for y in (rewards, calibrated))
changed = (before != 0) & (after != 0)
golden = {
    "lengths": lengths.tolist(),
    "rewards": rewards.tolist(),
    "subsets": subsets,
    "raw": {"half": credits(rewards).mean(), "wrong": credits(rewards, 0).mean()},
    "lwr": {"half": credits(calibrated).mean(), "wrong": credits(calibrated, 0).mean()},
    "interval": list(interval),
    "outOfSample": credits(rewards - cross).mean(),
    "spearman": [spearmanr(lengths, y)[0] for y in (rewards, calibrated, rewards - cross)],
    "pearson": [pearsonr(lengths, y)[0] for y in (rewards, calibrated, rewards - cross)],
    "preferences": {
        "toChosen": int((changed & (before < 0) & (after > 0)).sum()),
        "toRejected": int((changed & (before > 0) & (after < 0)).sum()),
        "unchanged": int((changed & (before == after)).sum()),
        "tied": int((~changed).sum()),
    },
    "rewardBench": {
        "raw": score(rewards),
        "calibrated": score(calibrated),
        "calibratedWrong": score(calibrated, 0),
        "interval": stratified_interval(gains),
    },
    "labelPreference": {"labels": preference(1), "raw": preference(before), "calibrated": preference(after)},
    "mean": rc_mean(4, 20),
    "meanThin": rc_mean(8, 24),
    "audits": {
        "lwr": audit(calibrated),
        "threeAPrompt": audit(calibrated, np.arange(N) // 3),
        "onePrompt": audit(calibrated, np.zeros(N, int)),
        "mean": audit(np.array(rc_mean(4, 20)["rewards"])),
        "meanThin": audit(np.array(rc_mean(8, 24)["rewards"])),
    },
    "strength": strength(rewards, rewards - calibrated),
}
Path(__file__).with_name("pairs.json").write_text(json.dumps(golden, indent=1, default=float) + "\n")
