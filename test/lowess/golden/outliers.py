"""Makes outliers.json: LOWESS of rewards with huge outliers in arithmetic of 50 digits (mpmath), by R's rules.

Run as: python test/lowess/golden/outliers.py > test/lowess/golden/outliers.json
(mpmath 1.4; where Rscript and statsmodels are at hand, their largest distance from the 50 digits at the ordinary
samples is printed to stderr and stored, as a share of the range of the ordinary rewards: R 4.2.2, statsmodels 0.14.6.)

R's rules (src/library/stats/src/lowess.c): k = max(2, min(n, floor(frac n + 1e-7))) nearest samples; weight 1 up to
0.001 of the radius, 0 beyond 0.999, tricube between; the line is sloped where the weighted spread exceeds 0.001 of
the range of x; a window of no radius has the mean of the samples at x; where all weights are 0, the first sample's y;
robustness 1 up to 0.001 of 6 median |residual|, 0 beyond 0.999, bisquare between. One rule of R's is left out: it ends the
iterations where 6 median |residual| < 1e-7 mean |residual|, which here are the outliers' and not rounding errors.
"""

import json
import random
import shutil
import subprocess
import sys

from mpmath import mp, mpf, floor

mp.dps = 50


def lowess(xs, ys, frac, iterations):
    """The fitted value of each sample, in the order given."""
    n = len(xs)
    order = sorted(range(n), key=lambda i: xs[i])
    x = [mpf(xs[i]) for i in order]
    y = [mpf(ys[i]) for i in order]
    k = max(2, min(n, int(floor(frac * n + 1e-7))))
    spans = windows(x, k)
    robustness = [mpf(1)] * n
    for done in range(iterations + 1):
        at = {}
        fitted = []
        for i in range(n):
            if x[i] not in at:
                at[x[i]] = line(x, y, robustness, i, *spans[i])
            fitted.append(at[x[i]])
        sizes = [abs(a - b) for a, b in zip(y, fitted)]
        ranked = sorted(sizes)
        width = 3 * (ranked[n // 2] + ranked[(n - 1) // 2])
        if done == iterations or width == 0:
            break
        robustness = [bisquare(size, width) for size in sizes]
    result = [None] * n
    for place, i in enumerate(order):
        result[i] = fitted[place]
    return result


def windows(x, k):
    """First and last of the k nearest samples, as R moves them: right while the left end is farther than the next."""
    left, found = 0, []
    for i in range(len(x)):
        while left + k < len(x) and x[i] - x[left] > x[left + k] - x[i]:
            left += 1
        found.append((left, max(x[i] - x[left], x[left + k - 1] - x[i])))
    return found


def line(x, y, robustness, i, left, radius):
    weights = []
    for j in range(left, len(x)):
        distance = abs(x[j] - x[i])
        if distance <= mpf("0.999") * radius:
            near = distance <= mpf("0.001") * radius
            tricube = mpf(1) if near else (1 - (distance / radius) ** 3) ** 3
            weights.append((j, tricube * robustness[j]))
        elif x[j] > x[i]:
            break
    total = sum(w for _, w in weights)
    if total <= 0:
        return next(y[j] for j in range(len(x)) if x[j] == x[i])
    mean = sum(w * x[j] for j, w in weights) / total
    mean_y = sum(w * y[j] for j, w in weights) / total
    spread = sum(w * (x[j] - mean) ** 2 for j, w in weights) / total
    if not spread > (mpf("0.001") * (x[-1] - x[0])) ** 2:
        return mean_y
    slope = sum(w * (x[j] - mean) * (y[j] - mean_y) for j, w in weights) / total / spread
    return mean_y + slope * (x[i] - mean)


def bisquare(size, width):
    if size > mpf("0.999") * width:
        return mpf(0)
    return mpf(1) if size <= mpf("0.001") * width else (1 - (size / width) ** 2) ** 2


def ordinary(n, rng):
    """Whole lengths with ties and a thin tail, and rewards that saturate with length."""
    lengths = [min(8000, max(20, round(rng.lognormvariate(6.2, 0.8)))) for _ in range(n)]
    rewards = [round(0.4 * (length / (length + 300)) + rng.gauss(0, 0.3), 6) for length in lengths]
    return lengths, rewards


def places(n, lengths, kind, rng):
    """Which samples are replaced."""
    by_length = sorted(range(n), key=lambda i: (lengths[i], i))
    if kind == "one":
        return [rng.randrange(n)]
    if kind == "longest":
        return [by_length[-1]]
    if kind == "shortest":
        return [by_length[0]]
    if kind == "tail":
        return [by_length[-7], by_length[-3]]
    if kind == "cluster":
        middle = rng.randrange(n // 4, n // 2)
        return by_length[middle : middle + 4]
    if kind == "tied":
        ties = {}
        for i, length in enumerate(lengths):
            ties.setdefault(length, []).append(i)
        return max(ties.values(), key=len)[:4]
    return rng.sample(range(n), max(1, n // 100))


FAR = {
    "1e5": lambda k: 1e5,
    "1e12": lambda k: 1e12,
    "-3.4e38": lambda k: -3.4028234663852886e38,
    "±1e30": lambda k: 1e30 if k % 2 else -1e30,
    "mixed": lambda k: [1e12, 1e30, -1e5, 3.4e38, 1e7][k % 5],
    "1e200": lambda k: 1e200,
}


def cases():
    rng = random.Random(20261127)
    kinds = ["one", "longest", "shortest", "tail", "cluster", "tied", "1%"]
    fracs = [0.1, 0.3, 0.5, 0.9]
    number = 0
    for kind in kinds:
        for size in FAR:
            n = 240 if kind != "1%" else 500
            lengths, rewards = ordinary(n, rng)
            far = places(n, lengths, kind, rng)
            for k, i in enumerate(far):
                rewards[i] = FAR[size](k)
            yield {
                "name": f"{kind}, {size}",
                "frac": fracs[number % 4],
                "iterations": [0, 1, 3, 6][(number // 4 + number) % 4],
                "x": lengths,
                "y": rewards,
                "far": sorted(far),
            }
            number += 1


R_CODE = """
cat(sprintf("%.17g", {{ f <- lowess(x, y, f = {frac}, iter = {iterations}, delta = 0)
  f$y[match(x, f$x)] }}), sep = "\\n")
"""


def by_r(case):
    """R's lowess at each sample; None where R is not at hand."""
    if shutil.which("Rscript") is None:
        return None
    vector = lambda values: "c(" + ",".join(repr(float(v)) for v in values) + ")"
    code = f"x <- {vector(case['x'])}\ny <- {vector(case['y'])}\n" + R_CODE.format(**case)
    printed = subprocess.run(["Rscript", "-"], input=code, capture_output=True, text=True, check=True).stdout
    return [float(value) for value in printed.split()]


def by_statsmodels(case):
    try:
        import numpy as np
        from statsmodels.nonparametric.smoothers_lowess import lowess as smoothed
    except ImportError:
        return None
    x, y = np.array(case["x"], float), np.array(case["y"], float)
    return smoothed(y, x, frac=case["frac"], it=case["iterations"], delta=0, return_sorted=False).tolist()


def share_off(case, fitted, other):
    """Largest distance at the ordinary samples, in ranges of the ordinary rewards or in sizes of the value."""
    if other is None:
        return None
    near = [i for i in range(len(fitted)) if i not in case["far"]]
    rewards = [case["y"][i] for i in near]
    span = max(rewards) - min(rewards)
    return max(float(abs(mpf(other[i]) - fitted[i]) / max(span, abs(fitted[i]))) for i in near)


def main():
    found = []
    for case in cases():
        fitted = lowess(case["x"], case["y"], case["frac"], case["iterations"])
        r = share_off(case, fitted, by_r(case))
        statsmodels = share_off(case, fitted, by_statsmodels(case))
        print(case["name"], case["frac"], case["iterations"], "R", r, "statsmodels", statsmodels, file=sys.stderr)
        at = {x: float(value) for x, value in zip(case["x"], fitted)}
        found.append(
            {**case, "fitted": [at[x] for x in sorted(at)], "r_off_by": r, "statsmodels_off_by": statsmodels}
        )
    print(json.dumps({"made_by": "mpmath, 50 digits", "cases": found}))


if __name__ == "__main__":
    main()
