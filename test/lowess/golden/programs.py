"""Measures how far R and statsmodels are from LOWESS in arithmetic of 50 digits, and prints it as Markdown: the
figures of docs/reference-code.md.

Run as: python test/lowess/golden/programs.py
(mpmath, numpy, statsmodels, Rscript; minutes)
"""

import random

import numpy as np
import statsmodels
from mpmath import mpf
from statsmodels.nonparametric.smoothers_lowess import lowess as smoothed

from outliers import by_r, lowess, windows

OFF = 1e-6


def samples(kind, rng):
    n = rng.randint(8, 90)
    if kind == "ties":
        x = [rng.randint(1, 25) for _ in range(n)]
    elif kind == "lengths":
        x = [max(20, round(rng.lognormvariate(6, 0.8))) for _ in range(n)]
    else:
        x = [round(rng.uniform(0, 100), 3) for _ in range(n)]
    if len(set(x)) < 2:
        x[0] += 1
    noise = rng.choice(["normal", "marks", "outliers", "clipped"])
    y = [0.01 * v + rng.gauss(0, 1) for v in x]
    if noise == "marks":
        y = [float(rng.choice([0, 0, 0, 1])) for _ in x]
    if noise == "outliers":
        y = [v * (30 if rng.random() < 0.1 else 1) for v in y]
    if noise == "clipped":
        y = [min(v, 0.2) for v in y]
    return {"x": x, "y": [round(v, 6) for v in y], "noise": noise}


def spread(values):
    return max(values) - min(values) or 1


def far(values, truth, y):
    if values is None or not np.all(np.isfinite(values)):
        return float("inf")
    return max(float(abs(mpf(a) - b)) for a, b in zip(values, truth)) / spread(y)


def no_width(case):
    """Whether some window has no radius."""
    k = max(2, min(len(case["x"]), int(case["frac"] * len(case["x"]) + 1e-7)))
    return any(radius == 0 for _, radius in windows(sorted(case["x"]), k))


def lone_sample(case):
    """Whether statsmodels' window holds a single sample: k = int(frac n + 1e-10)."""
    return int(case["frac"] * len(case["x"]) + 1e-10) < 2


def zero_median(case):
    """Whether half of the residuals of some pass are 0."""
    for iterations in range(case["iterations"]):
        fitted = lowess(case["x"], case["y"], case["frac"], iterations)
        sizes = sorted(abs(mpf(a) - b) for a, b in zip(case["y"], fitted))
        if sizes[len(sizes) // 2] < mpf("1e-12") * spread(case["y"]):
            return True
    return False


def why(case):
    if no_width(case) or lone_sample(case):
        return "a window of no width, or of one sample"
    return "median residual 0" if zero_median(case) else "few weights above 1e-12"


def random_fits():
    rng = random.Random(500)
    causes, r_off, count = {}, 0, 500
    for number in range(count):
        case = samples(rng.choice(["ties", "lengths", "reals"]), rng)
        case.update(frac=round(rng.uniform(0.15, 1), 3), iterations=rng.choice([0, 1, 2, 3, 4, 6]))
        truth = lowess(case["x"], case["y"], case["frac"], case["iterations"])
        x, y = np.array(case["x"], float), np.array(case["y"])
        with np.errstate(all="ignore"):
            other = smoothed(y, x, frac=case["frac"], it=case["iterations"], delta=0, return_sorted=False)
        r_off += far(by_r(case), truth, case["y"]) > OFF
        if far(other, truth, case["y"]) > OFF:
            causes[why(case)] = causes.get(why(case), 0) + 1
    print(f"- {count} random fits: statsmodels {statsmodels.__version__} is farther than {OFF} of the range of y from")
    print(f"  the 50 digits in {sum(causes.values())} ({causes}), R in {r_off}.")


def offsets():
    for offset in [0, 1e3, 1e6, 1e9, 1e12]:
        most = 0
        for seed in range(6):
            rng = random.Random(seed)
            case = samples("lengths", rng)
            case.update(frac=0.5, iterations=3, y=[offset + rng.gauss(0, 1) for _ in case["x"]])
            truth = lowess(case["x"], case["y"], 0.5, 3)
            most = max(most, far(by_r(case), truth, case["y"]))
        print(f"- rewards about {offset:g} with a standard deviation of 1: R is off by up to {most:.1g} of the range")


def lines():
    off, count = 0, 60
    most = 0
    for seed in range(count):
        rng = random.Random(seed)
        x = [max(20, round(rng.lognormvariate(6, 0.8))) for _ in range(60)]
        slope, start = rng.uniform(0, 1) / 61, rng.uniform(-10, 10)
        case = {"x": x, "y": [slope * v + start for v in x], "frac": 0.5, "iterations": 3}
        line = [mpf(v) for v in case["y"]]
        apart = far(by_r(case), line, case["y"])
        most = max(most, apart)
        off += apart > 1e-8
    print(f"- {count} straight lines: R leaves {off} by more than 1e-8 of the range (largest: {most:.1g})")


def through_all():
    """Windows of two lengths, four samples of equal reward at each: least squares pass through all of them."""
    rng, count, off = random.Random(1), 60, 0
    for _ in range(count):
        lengths = sorted(rng.sample(range(20, 400), 10))
        levels = {length: round(rng.gauss(0, 1), 3) for length in lengths}
        x = [length for length in lengths for _ in range(4)]
        case = {"x": x, "y": [levels[length] for length in x], "frac": 9 / 40, "iterations": 3}
        off += far(by_r(case), [mpf(v) for v in case["y"]], case["y"]) > 1e-8
    print(f"- {count} curves through all samples: R leaves {off} by more than 1e-8 of the range, reweighing rounding errors")


if __name__ == "__main__":
    random_fits()
    offsets()
    lines()
    through_all()
