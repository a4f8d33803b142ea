"""Makes leaderboard-mean.json: win rates of generators over a baseline by RC-Mean, by brute force.

The formulas of calibrate_score_mean_reward in the paper's src/calibrate_alpacaeval.py, written anew; no line is
shared: d = mean |c(output) - c(baseline)| over all pairs / ratio; windows hold rewards of outputs alone; where a
window of either has too few samples, both rewards stay raw. Its windows lack their last sample; here they have it.

Run as: python3 test/calibration/golden/leaderboard-mean.py > test/calibration/golden/leaderboard-mean.json
(needs nothing but Python; same bytes every time)
"""

import json
import math
import random

PROMPTS, GENERATORS = 60, 3
draw = random.Random(20261127)


def row(prompt, generator, level, typical):
    chars = max(20, round(draw.lognormvariate(typical, 0.6)))
    reward = round(level + 0.8 * math.log(chars) + draw.gauss(0, 0.7), 6)
    return {"prompt_id": prompt, "generator": generator, "reward": reward, "chars": chars}


# Generators of different typical lengths, and baselines longer than nearly all outputs: their windows are thin.
outputs = [row(p, f"model {g}", 0.3 * g, 5 + 0.5 * g) for p in range(PROMPTS) for g in range(GENERATORS)]
baseline = [row(p, "baseline", 0.2, 6.6) for p in range(PROMPTS)]


def sigmoid(margin):
    return 1 / (1 + math.exp(-margin))


def win_rates(ratio, least):
    pairs = [(one, baseline[one["prompt_id"]]) for one in outputs]
    reach = math.fsum(abs(one["chars"] - other["chars"]) for one, other in pairs) / len(pairs) / ratio
    window = lambda c: [one["reward"] for one in outputs if abs(one["chars"] - c) <= reach]
    margins, left = {}, 0
    for one, other in pairs:
        windows = window(one["chars"]), window(other["chars"])
        margin = one["reward"] - other["reward"]
        if min(map(len, windows)) < least:
            left += 1
        else:
            margin -= math.fsum(windows[0]) / len(windows[0]) - math.fsum(windows[1]) / len(windows[1])
        margins.setdefault(one["generator"], []).append(margin)
    rates = {name: 100 * math.fsum(map(sigmoid, own)) / len(own) for name, own in margins.items()}
    wins = {name: 100 * sum(margin > 0 for margin in own) / len(own) for name, own in margins.items()}
    return {"ratio": ratio, "min_samples": least, "left": left, "win_rate": rates, "discrete_win_rate": wins}


cases = [win_rates(ratio, least) for ratio, least in ((8, 10), (4, 20), (2, 1), (30, 5))]
print(json.dumps({"outputs": outputs, "baseline": baseline, "cases": cases}))
