"""Writes reward-bench-2.json: made-up scores, and what RewardBench's own functions make of them.

git clone https://github.com/allenai/reward-bench /tmp/reward-bench && git -C /tmp/reward-bench checkout 05a9005
python -m venv /tmp/v && /tmp/v/bin/pip install numpy pandas
/tmp/v/bin/python reward-bench-2.py /tmp/reward-bench/rewardbench/utils.py

Loads rewardbench/utils.py itself, without torch, transformers and datasets, which these functions do not need:
`reroll_and_score_dataset` (best of four) and `process_single_model` (Ties), called as scripts/run_v2.py calls
them. The score over the subsets is their mean, which the leaderboard shows and the package does not compute.
"""

import importlib.util
import json
import sys
from pathlib import Path
from unittest.mock import MagicMock

import numpy as np
import pandas as pd


class Dataset:
    """The little of datasets.Dataset that the two functions use."""

    def __init__(self, frame):
        self.frame = frame.reset_index(drop=True)

    from_pandas = classmethod(lambda cls, frame: cls(frame))

    def to_pandas(self):
        return self.frame

    @property
    def column_names(self):
        return list(self.frame.columns)

    def remove_columns(self, names):
        return Dataset(self.frame.drop(columns=names))

    def add_column(self, name, values):
        return Dataset(self.frame.assign(**{name: values}))

    def __len__(self):
        return len(self.frame)

    def __iter__(self):
        return iter(self.frame.to_dict("records"))


def load(path):
    for name in ["torch", "datasets", "huggingface_hub", "transformers", "rewardbench", "rewardbench.models"]:
        sys.modules[name] = MagicMock()
    sys.modules["datasets"].Dataset = Dataset
    spec = importlib.util.spec_from_file_location("reward_bench_utils", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def scored(package, rows):
    """Subset scores as run_v2.py has them."""
    unrolled = pd.DataFrame(
        {"id": row["id"], "subset": row["subset"], "text": "", "scores": score} for row in rows for score in row["scores"]
    )
    rerolled = package.reroll_and_score_dataset(Dataset(unrolled), [len(row["scores"]) for row in rows])
    rerolled = rerolled.add_column("num_correct", [row["num_correct"] for row in rows]).to_pandas()
    subsets = {}
    for subset in dict.fromkeys(rerolled["subset"]):
        of_subset = rerolled[rerolled["subset"] == subset]
        if subset.lower() == "ties":
            subsets[subset] = package.process_single_model(Dataset(of_subset))[1]
        else:
            subsets[subset] = float(sum(of_subset["results"]) / len(of_subset))
    return subsets


BEST_OF_FOUR = ["Factuality", "Focus", "Math", "Precise IF", "Safety"]
random = np.random.default_rng(20250602)


def best_of_four(count, skill, decimals, subsets=BEST_OF_FOUR, nested=False):
    rows = []
    for i in range(count):
        scores = np.round(random.normal(size=4) + [skill, 0, 0, 0], decimals).tolist()
        subset = subsets[i % len(subsets)]
        rows.append({"id": str(i), "subset": subset, "num_correct": 1, "scores": [[s] for s in scores] if nested else scores})
    return rows


def ties(prompts, skill, spread, decimals, unpaired=0, name="Ties"):
    rows = []
    for prompt in range(prompts + unpaired):
        correct, wrong = int(random.integers(2, 12)), int(random.integers(1, 10))
        right = skill + spread * random.normal(size=correct)
        tied = np.round(np.concatenate([right, random.normal(size=wrong)]), decimals).tolist()
        reference = np.round(np.concatenate([[skill], random.normal(size=int(random.integers(1, 5)))]), decimals).tolist()
        if prompt < prompts or prompt % 2 == 0:
            rows.append({"id": f"tied:{prompt}", "subset": name, "num_correct": correct, "scores": tied})
        if prompt < prompts or prompt % 2 == 1:
            rows.append({"id": f"ref:{prompt}", "subset": name, "num_correct": 1, "scores": reference})
    random.shuffle(rows)
    return rows


cases = {
    "all six subsets": best_of_four(60, 1.2, 3) + ties(20, 2.0, 0.4, 3),
    "coarse scores, of which many are equal": best_of_four(80, 0.7, 0) + ties(24, 1.5, 0.7, 0),
    "right completions that are all equal": best_of_four(10, 1, 1) + ties(15, 2.0, 0.0, 0),
    "scores in lists of one": best_of_four(30, 1, 0, nested=True),
    "Ties alone, in lower case, some prompts without their counterpart": ties(12, 1.8, 0.5, 2, unpaired=5, name="ties"),
    "one prompt of Ties, nothing but right": ties(1, 9, 0.1, 3),
    "two subsets": best_of_four(21, 0.5, 1, subsets=["Math", "Safety"]),
}

package = load(sys.argv[1])
golden = []
for name, rows in cases.items():
    subsets = scored(package, rows)
    golden.append({"name": name, "rows": rows, "subsets": subsets, "score": float(np.mean(list(subsets.values())))})
Path(__file__).with_suffix(".json").write_text(json.dumps(golden) + "\n")
