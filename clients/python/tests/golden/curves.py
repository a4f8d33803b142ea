"""Makes curves.json: curves that a service fitted, and what it made of rewards by them.

Run beside a built service as: python tests/golden/curves.py http://localhost:8080 > tests/golden/curves.json
"""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
from service_requests import expect, export

ESTIMATORS = ("lwr", "mean", "penalty", "lwr-penalty", "lwr-within")
SAMPLES = 60
VALUES = 60


def fitted(service: str, estimator: str, names: list[str], alpha: float) -> dict[str, Any]:
    """The document of a curve that the service fits to made-up samples."""
    draw = random.Random(f"{estimator} {names} {alpha}")
    chars = [round(draw.lognormvariate(6, 0.8)) for _ in range(SAMPLES)]
    tokens = [length / draw.uniform(3, 5) for length in chars]
    rewards = [0.3 * length**0.3 + draw.gauss(0, 1) for length in chars]
    reward_model = f"golden/{estimator}/{'+'.join(names)}"
    body = {
        "reward_model": reward_model,
        "estimator": estimator,
        "characteristics": [{"name": name, "alpha": alpha} for name in names],
        "columns": {
            "rewards": rewards,
            "chars": chars,
            "tokens": tokens,
            "groups": [f"prompt {i % 15}" for i in range(SAMPLES)],
        },
    }
    version = expect(service, "POST", "/v1/fit", body)["version"]
    return export(service, reward_model, version)


def calibrated(service: str, document: dict[str, Any]) -> dict[str, Any]:
    """Values of every kind (whole, broken, at knots, beyond the ends), and the service's answers to them."""
    draw = random.Random(document["reward_model"])
    names = list(dict.fromkeys(curve["name"] for curve in document["characteristics"]))
    knots = {
        name: [k for c in document["characteristics"] if c["name"] == name for k in c["knots"]]
        for name in names
    }
    columns = {
        name: [
            draw.choice([draw.uniform(0, 4000), draw.randint(0, 4000), draw.choice(knots[name]), 1e6])
            for _ in range(VALUES)
        ]
        for name in names
    }
    rewards = [draw.gauss(0, 3) for _ in range(VALUES)]
    answers = {
        str(keep_mean).lower(): expect(
            service,
            "POST",
            "/v1/calibrate",
            {
                "reward_model": document["reward_model"],
                "version": document["version"],
                "keep_mean": keep_mean,
                "include": ["biases"],
                "columns": {"rewards": rewards, **columns},
            },
        )
        for keep_mean in (False, True)
    }
    kept = ("rewards", "biases", "extrapolated")
    return {
        "rewards": rewards,
        "columns": columns,
        "keep_mean": {which: {name: answer[name] for name in kept} for which, answer in answers.items()},
    }


if __name__ == "__main__":
    [service] = sys.argv[1:]
    cases = []
    for estimator in ESTIMATORS:
        for names, alpha in ((["chars"], 1), (["chars", "tokens"], 0.37)):
            document = fitted(service, estimator, names, alpha)
            cases.append({"document": document, **calibrated(service, document)})
    print("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]")
