"""Makes jsonl-to-dpo.json: the DPO rows of examples/jsonl-to-dpo as R's lowess and pandas make them.

Run as: python3 test/examples/golden/jsonl-to-dpo.py > test/examples/golden/jsonl-to-dpo.json
Needs Rscript and pandas.
"""
import json
import subprocess
from pathlib import Path

import pandas as pd

FILE = Path(__file__).parents[3] / "examples/jsonl-to-dpo/scored.jsonl"
R = """
d <- read.csv(file("stdin"))
curve <- lowess(d$chars, d$reward, f = 0.5, iter = 3, delta = 0)
cat(format(d$reward - approx(curve$x, curve$y, d$chars, ties = "ordered")$y, digits = 17), sep = "\\n")
"""

rows = pd.DataFrame(json.loads(line) for line in FILE.read_text().splitlines())
rows["chars"] = rows.response.str.len()
fitted = subprocess.run(["Rscript", "-e", R], input=rows.to_csv(index=False), text=True, capture_output=True, check=True)
rows["calibrated"] = [float(value) for value in fitted.stdout.split()]


def best_and_worst(column):
    groups = rows.groupby("prompt", sort=False)[column]
    return rows.loc[groups.idxmax()], rows.loc[groups.idxmin()]


chosen, rejected = best_and_worst("calibrated")
raw_chosen, raw_rejected = best_and_worst("reward")
print(json.dumps({
    "mean_chars": {
        "raw": {"chosen": raw_chosen.chars.mean(), "rejected": raw_rejected.chars.mean()},
        "calibrated": {"chosen": chosen.chars.mean(), "rejected": rejected.chars.mean()},
    },
    "changed": int(((chosen.index != raw_chosen.index) | (rejected.index != raw_rejected.index)).sum()),
    # Rows of the file, from 0.
    "pairs": [
        {"chosen": int(i), "rejected": int(j), "margin": margin}
        for i, j, margin in zip(chosen.index, rejected.index, chosen.calibrated.values - rejected.calibrated.values)
    ],
}, indent=1))
