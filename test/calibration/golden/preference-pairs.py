"""Makes preference-pairs.json: rewards of responses to one prompt, and the pairs that numpy takes from them.

Run as: python3 test/calibration/golden/preference-pairs.py > test/calibration/golden/preference-pairs.json
"""
import json
from itertools import combinations

import numpy as np

random = np.random.default_rng(2024)

cases = []
for size in [2, 3, 4, 5, 8, 16]:
    for digits in [0, 1, 3, 16]:
        for _ in range(5):
            rewards = np.round(random.normal(size=size), digits) + 0.0
            min_margin = float(random.choice([0, 0, 0.1, 0.5]))
            best, worst = int(np.argmax(rewards)), int(np.argmin(rewards))
            above = []
            for i, j in combinations(range(size), 2):
                chosen, rejected = (i, j) if rewards[i] > rewards[j] else (j, i)
                if rewards[chosen] - rewards[rejected] > min_margin:
                    above.append([chosen, rejected])
            cases.append({
                "rewards": rewards.tolist(),
                "min_margin": min_margin,
                "best_worst": [best, worst] if rewards[best] - rewards[worst] > min_margin else None,
                "all_above_margin": above,
            })
print("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]")
