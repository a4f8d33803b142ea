"""Makes within.json: scored samples whose prompts differ in length and level; fixed-effects fits of them.

Run as: python test/calibration/golden/within.py > test/calibration/golden/within.json
(numpy 2.4, statsmodels 0.15)
"""

import json

import numpy as np
import pandas as pd
import statsmodels.formula.api as smf

PROMPTS, RESPONSES = 150, 4
rng = np.random.default_rng(20241123)


def samples(bias):
    """Prompts with long answers have low levels: the length's effect across prompts has the wrong sign."""
    typical = np.repeat(rng.normal(size=PROMPTS), RESPONSES)
    prompt = np.repeat(np.arange(PROMPTS), RESPONSES)
    level = -2 * typical + np.repeat(rng.normal(size=PROMPTS), RESPONSES)
    chars = np.round(np.exp(6.5 + 0.5 * typical + 0.4 * rng.normal(size=typical.size)))
    reward = np.round(level + bias(chars) + rng.normal(size=typical.size), 4)
    return pd.DataFrame({"prompt": prompt, "chars": chars, "reward": reward})


def columns(frame):
    return {name: frame[name].tolist() for name in ("prompt", "chars", "reward")}


def line():
    frame = samples(lambda c: c / 400)
    within = smf.ols("reward ~ chars + C(prompt)", frame).fit()
    pooled = smf.ols("reward ~ chars", frame).fit()
    return {
        **columns(frame),
        "slope": within.params["chars"],
        "slopeError": within.bse["chars"],
        "pooledSlope": pooled.params["chars"],
    }


def curve():
    """Natural cubic splines of log(chars) and levels: the bias at quantiles of chars, less its mean."""
    frame = samples(lambda c: 2 * np.log(c))
    spline = "cr(np.log(chars), df=5) - 1"
    fit = smf.ols(f"reward ~ {spline} + C(prompt)", frame).fit()
    at = np.quantile(frame["chars"], [0.05, 0.25, 0.5, 0.75, 0.95])
    rows = lambda chars: fit.predict(pd.DataFrame({"chars": chars, "prompt": 0})).to_numpy()
    bias = rows(at) - rows(frame["chars"].to_numpy()).mean()
    return {**columns(frame), "at": at.tolist(), "bias": bias.tolist()}


print(json.dumps({"line": line(), "curve": curve()}))
