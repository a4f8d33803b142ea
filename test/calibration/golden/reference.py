"""Makes reference.json: scored pairs, and the results of the formulas of the paper's reference code for them,
its mistakes included.

Written anew from the formulas of ZeroYuHuang/Reward-Calibration (src/calibrate_rewardbench.py and
calibrate_alpacaeval.py); no line is shared. One difference: RC-Mean there shuffles samples before sorting,
so it drops a random one of several samples of the same length; here the sort is stable, in the order chosen,
rejected, chosen, ... of the pairs.

Run as: python3 -m venv /tmp/reference && /tmp/reference/bin/pip install numpy==2.4.6 statsmodels==0.15.0 &&
/tmp/reference/bin/python test/calibration/golden/reference.py
(writes reference.json beside itself; same bytes every time)
"""
import json
import pathlib
import random
import re
from bisect import bisect_left, bisect_right

import numpy as np
import statsmodels.api as sm

PAIRS = 100
HEADER = re.compile(r"^\s{0,3}#{1,6}\s+", re.MULTILINE)
ITEM = re.compile(r"^\s*[-+*] |\d+\.\s", re.MULTILINE)
BOLD = re.compile(r"\*\*(.*?)\*\*|__(.*?)__")
PENALTY = 0.001


def count_markdown(text):
    return sum(len(pattern.findall(text)) for pattern in (HEADER, ITEM, BOLD))


# --- The data set -------------------------------------------------------------------------------------------

PIECES = ["plain words ", "né 🏆 ", "**bold** ", "__bold__ ", "\n# Title\n", "\n- item ", "\n1. first ", "and so on ", "x ", "long-winded "]


def response(draw, chars):
    """A text of exactly `chars` code points; Markdown is as likely everywhere."""
    text = ""
    while len(text) < chars:
        text += draw.choice(PIECES)
    return text[:chars]


def make_responses(draw, count):
    """Rows of different lengths; the reward grows with length and Markdown."""
    rows, used = [], set()
    while len(rows) < count:
        chars = int(draw.lognormvariate(4.8, 0.6))
        if chars < 5 or chars in used:
            continue
        used.add(chars)
        text = response(draw, chars)
        markdown = count_markdown(text)
        reward = round(0.9 * np.log(chars) + 0.05 * markdown + draw.gauss(0, 0.8), 6)
        rows.append({"response": text, "chars": chars, "markdown": markdown, "reward": reward})
    return rows


def make_pairs():
    """Pairs (chosen, rejected); `text_chars` is the length of prompt, template and response."""
    draw = random.Random(2409_17407)
    rows = make_responses(draw, 2 * PAIRS)
    for i in range(PAIRS):
        prompt = draw.randint(30, 700)
        for row in rows[2 * i : 2 * i + 2]:
            row["text_chars"] = row["chars"] + prompt
    return rows[0::2], rows[1::2]


def make_massed():
    """26 of 40 samples of one length: with frac 0.5 their windows have no width."""
    draw = random.Random(3)
    x = [100] * 26 + [110 + 9 * i for i in range(14)]
    return x, [round(draw.gauss(0.002 * v, 1), 6) for v in x]


# --- The formulas -------------------------------------------------------------------------------------------


def find_interval(values, rewards, low, high):
    """The window from low to high, without its last sample."""
    return rewards[bisect_left(values, low) : bisect_right(values, high) - 1]


def column(rows, name):
    return np.array([row[name] for row in rows], dtype=float)


def rc_mean(chosen, rejected, strengths, ratio, least, forgets):
    """RC-Mean over pairs. `forgets`: each characteristic starts from raw rewards (RewardBench)."""
    start = column(chosen, "reward"), column(rejected, "reward")
    now = start
    told = []
    for name, alpha in strengths:
        c1, c2 = column(chosen, name), column(rejected, name)
        reach = float(np.mean(np.abs(c1 - c2)) / ratio)
        order = sorted(((c, r) for pair in zip(zip(c1, now[0]), zip(c2, now[1])) for c, r in pair), key=lambda cr: cr[0])
        values, rewards = [c for c, _ in order], [r for _, r in order]
        windows = [[find_interval(values, rewards, c - reach, c + reach) for c in cs] for cs in (c1, c2)]
        left = [i for i in range(len(c1)) if min(len(windows[0][i]), len(windows[1][i])) < least]
        before = start if forgets else now
        now = tuple(
            np.array([r - (0 if i in left else alpha * np.mean(w[i])) for i, r in enumerate(side)])
            for side, w in zip(before, windows)
        )
        told.append({"reach": reach, "left": left, "sizes": [len(w) for side in windows for w in side]})
    return {"windows": told, "rewards": [*now[0], *now[1]]}


def step_look_up(curve, values):
    """The knot at or after each value; None past the last (the reference raises an IndexError there)."""
    places = [bisect_left(curve[:, 0], v) for v in values]
    return [float(curve[i, 1]) if i < len(curve) else None for i in places]


def rc_lwr(chosen, rejected, strengths, frac, penalised=False):
    """RC-LWR over pairs, one characteristic after another."""
    rows = chosen + rejected
    rewards = column(rows, "reward") - (PENALTY * column(rows, "text_chars") if penalised else 0)
    for name, alpha in strengths:
        values = column(rows, name)
        curve = sm.nonparametric.lowess(rewards, values, frac=frac)
        rewards = rewards - alpha * np.array(step_look_up(curve, values))
    return list(rewards)


def lwr_for_others(fitted, others, frac):
    """The AlpacaEval program: fitted on the outputs only, also looked up for a baseline of other lengths."""
    curve = sm.nonparametric.lowess(column(fitted, "reward"), column(fitted, "chars"), frac=frac)
    return step_look_up(curve, column(others, "chars"))


def penalise(chosen, rejected):
    rows = chosen + rejected
    return list(column(rows, "reward") - PENALTY * column(rows, "text_chars"))


def massed():
    x, y = make_massed()
    with np.errstate(invalid="ignore"):  # 0 / 0, the radius of such a window
        fits = {f"iterations_{it}": sm.nonparametric.lowess(y, x, frac=0.5, it=it)[:, 1].tolist() for it in (0, 3)}
    return {"x": x, "y": y, **fits}


def main():
    chosen, rejected = make_pairs()
    chars, both = [("chars", 1.0)], [("chars", 1.0), ("markdown", 0.5)]
    result = {
        "chosen": chosen,
        "rejected": rejected,
        "mean": rc_mean(chosen, rejected, chars, 4, 20, True),
        "mean_two": rc_mean(chosen, rejected, both, 4, 10, False),
        "mean_two_forgetting": rc_mean(chosen, rejected, both, 4, 10, True),
        "lwr": rc_lwr(chosen, rejected, chars, 0.5),
        "lwr_half": rc_lwr(chosen, rejected, [("chars", 0.5)], 0.3),
        "lwr_two": rc_lwr(chosen, rejected, both, 0.5),
        "lwr_others": lwr_for_others(chosen, rejected, 0.3),
        "penalty": penalise(chosen, rejected),
        "lwr_penalty": rc_lwr(chosen, rejected, [("text_chars", 1.0)], 0.5, penalised=True),
        "lwr_penalty_half": rc_lwr(chosen, rejected, [("text_chars", 0.5)], 0.5, penalised=True),
        "lwr_penalty_chars": rc_lwr(chosen, rejected, chars, 0.5, penalised=True),
        "massed": massed(),
    }
    path = pathlib.Path(__file__).with_name("reference.json")
    path.write_text(json.dumps(result, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
