"""What an exported curve makes of rewards is what the service makes of them: the same doubles."""

from __future__ import annotations

import json
import math
import struct
import sys
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote

import pytest
from curve_documents import curve_of, document, random_curve
from service_requests import ask, expect, export

from reward_calibration.curve import Curve
from reward_calibration.errors import InputError

GOLDEN: list[dict[str, Any]] = json.loads((Path(__file__).parent / "golden" / "curves.json").read_text())
ESTIMATORS = ("lwr", "mean", "penalty", "lwr-penalty", "lwr-within")
RANDOM_VALUES = 100_000


@pytest.fixture(params=["numpy", "pure Python"])
def arithmetic(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways of calculating: lists go through numpy where it is loaded."""
    if request.param == "numpy":
        pytest.importorskip("numpy")
    else:
        monkeypatch.delitem(sys.modules, "numpy", raising=False)
    return str(request.param)


def flags(rows: list[int], count: int) -> list[bool]:
    outside = set(rows)
    return [row in outside for row in range(count)]


def bits(values: list[float]) -> bytes:
    return struct.pack(f"{len(values)}d", *values)


def ids(case: dict[str, Any]) -> str:
    return str(case["document"]["reward_model"])


@pytest.mark.parametrize("case", GOLDEN, ids=ids)
def test_golden_values_are_the_services(case: dict[str, Any], arithmetic: str) -> None:
    curve = Curve.from_dict(case["document"])
    for keep_mean, expected in case["keep_mean"].items():
        found = curve.calibrate(case["rewards"], keep_mean=keep_mean == "true", **case["columns"])
        assert found.rewards == expected["rewards"]
        assert found.biases == expected["biases"]
        assert found.extrapolated == flags(expected["extrapolated"], len(found))
        assert found.version == case["document"]["version"]
    assert "numpy" in sys.modules if arithmetic == "numpy" else "numpy" not in sys.modules


def test_numpy_and_pure_python_give_the_same_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("numpy")
    random = Random(18)
    for _ in range(200):
        curve = Curve.from_dict(document(random_curve(random, "chars"), random_curve(random, "tokens")))
        columns = {name: values_around(random, curve, name, 50) for name in curve.characteristics}
        rewards = [random.choice([0.0, -0.0, random.gauss(0, 3)]) for _ in range(50)]
        with_numpy = curve.calibrate(rewards, keep_mean=True, **columns)
        with monkeypatch.context() as patch:
            patch.delitem(sys.modules, "numpy")
            pure = curve.calibrate(rewards, keep_mean=True, **columns)
        assert bits(pure.rewards) == bits(with_numpy.rewards)
        assert bits(pure.biases) == bits(with_numpy.biases)
        assert pure.extrapolated == with_numpy.extrapolated


def values_around(random: Random, curve: Curve, name: str, count: int) -> list[float]:
    """Counts and broken numbers, knots and their neighbours, and values far beyond; none below 0."""
    knots = [knot for part in curve.curves if part.characteristic == name for knot in part.knots]
    most = knots[-1]
    kinds = (
        lambda: random.uniform(0, 1.2 * most),
        lambda: float(random.randint(0, 4000)),
        lambda: random.choice(knots),
        lambda: math.nextafter(random.choice(knots), math.inf),
        lambda: abs(math.nextafter(random.choice(knots), -math.inf)),
        lambda: random.choice([0.0, -0.0, 5e-324, 1e9, 1e15]),
    )
    return [random.choice(kinds)() for _ in range(count)]


def compare(
    service: str, curve: Curve, reward_model: str, rewards: list[float], columns: dict[str, list[float]]
) -> int:
    """Compare with the service; how many values lie outside the fitted range."""
    outside = 0
    for keep_mean in (False, True):
        body = {
            "reward_model": reward_model,
            "keep_mean": keep_mean,
            "include": ["biases"],
            "columns": {"rewards": rewards, **columns},
        }
        answer = expect(service, "POST", "/v1/calibrate", body)
        found = curve.calibrate(rewards, keep_mean=keep_mean, **columns)
        # Whole numbers of JSON are doubles: as Python's integers they could differ from those.
        assert found.rewards == [float(reward) for reward in answer["rewards"]]
        assert found.biases == [float(bias) for bias in answer["biases"]]
        assert found.extrapolated == flags(answer["extrapolated"], len(rewards))
        outside += len(answer["extrapolated"])
    return outside


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_random_values_of_a_fitted_curve_are_the_services(service: str, estimator: str) -> None:
    random = Random(estimator)
    chars = [random.lognormvariate(6, 0.8) for _ in range(600)]
    tokens = [length / random.uniform(3, 5) for length in chars]
    reward_model = f"curve/{estimator}"
    fit = {
        "reward_model": reward_model,
        "estimator": estimator,
        "characteristics": [{"name": "tokens", "alpha": 0.37}, {"name": "chars"}],
        "columns": {
            "rewards": [0.3 * length**0.3 + random.gauss(0, 1) for length in chars],
            "chars": chars,
            "tokens": tokens,
            "groups": [f"prompt {i % 60}" for i in range(600)],
        },
    }
    version = expect(service, "POST", "/v1/fit", fit)["version"]
    curve = Curve.from_dict(export(service, reward_model, version))
    assert curve.characteristics == ("tokens", "chars")
    assert len(curve.curves) == (4 if estimator == "lwr-penalty" else 2)
    columns = {name: values_around(random, curve, name, RANDOM_VALUES) for name in curve.characteristics}
    rewards = [random.choice([random.gauss(0, 3), 0.0, -0.0, 1e200]) for _ in range(RANDOM_VALUES)]
    outside = compare(service, curve, reward_model, rewards, columns)
    assert (outside > 0) == (estimator != "penalty")


def test_random_values_of_made_up_curves_are_the_services(service: str, arithmetic: str) -> None:
    random = Random(409)
    for number in range(40):
        reward_model = f"made-up/{arithmetic}/{number}"
        curves = [
            random_curve(random, name) for name in random.choice([["chars"], ["x"], ["chars", "x", "x"]])
        ]
        made = document(*curves, reward_model=reward_model)
        expect(service, "PUT", "/v1/curves", made)
        curve = Curve.from_dict(made)
        # Few values search the knots one by one, many by an index or a table of whole numbers.
        for count in (1, 20, 500):
            columns = {name: values_around(random, curve, name, count) for name in curve.characteristics}
            compare(service, curve, reward_model, [random.gauss(0, 3) for _ in range(count)], columns)
        expect(service, "DELETE", f"/v1/curves?reward_model={quote(reward_model)}")


TOO_LARGE = {
    "a reward less a bias": ([1.7e308], curve_of(knots=[0], biases=[-1.7e308])),
    "alpha times a bias": ([0.0], curve_of(knots=[0], biases=[1e200], alpha=1e200)),
    "infinity less infinity": ([0.0], curve_of(alpha=1e200, mean_bias=1e200, knots=[0], biases=[1e200])),
}


@pytest.mark.parametrize("name", TOO_LARGE)
def test_what_is_not_finite_is_refused_where_the_service_does(
    service: str, name: str, arithmetic: str
) -> None:
    rewards, curve = TOO_LARGE[name]
    made = document(curve, reward_model=f"too-large/{arithmetic}/{name}")
    expect(service, "PUT", "/v1/curves", made)
    columns = {"rewards": [0.5, *rewards], "chars": [0, 5]}
    body = {"reward_model": made["reward_model"], "keep_mean": True, "columns": columns}
    status, answer = ask(service, "POST", "/v1/calibrate", body)
    assert status == 422
    row = int(answer["errors"][0]["path"].rsplit("/", 1)[1])
    with pytest.raises(InputError) as refused:
        Curve.from_dict(made).calibrate(columns["rewards"], keep_mean=True, chars=columns["chars"])
    assert str(refused.value) == f"rewards, row {row}: {answer['detail']}"
