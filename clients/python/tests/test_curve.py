"""Curves: documents that are read and refused, forms of columns, what is said of what is given."""

from __future__ import annotations

import copy
import json
import math
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from curve_documents import curve_of, document
from service_requests import ask, expect, export

from reward_calibration.client import Client
from reward_calibration.curve import Curve
from reward_calibration.errors import InputError, RewardCalibrationWarning
from reward_calibration.trainers import slime_reward, trl_reward, verl_reward


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in document().items() if key != name}


NEWER = "schema_version: is 3, of a newer service: the newest that this client reads is 2"

WRONG: dict[str, tuple[object, str]] = {
    "newer": (document(schema_version=3), NEWER),
    "newer with fields": (document(schema_version=3, mood="calm"), NEWER),
    "old": (document(schema_version=0), "schema_version: must be 1 or 2"),
    "true for 1": (document(schema_version=True), "schema_version: must be 1 or 2"),
    "text": (document(schema_version="2"), "schema_version: must be 1 or 2"),
    "broken": (document(schema_version=1.5), "schema_version: must be 1 or 2"),
    "no curve": ({"name": "value"}, "schema_version: is missing: this is not an exported curve"),
    "no name": (without("reward_model"), "reward_model: is missing"),
    "empty name": (document(reward_model=""), "reward_model: must be the name"),
    "unknown field": (document(mood="calm"), "mood: is not a field of an exported curve"),
    "version 0": (document(version=0), "version: must be a whole number from 1"),
    "no curves": (document(characteristics=[]), "characteristics: must be a list that is not empty"),
    "a number for a curve": (document(characteristics=[3]), "[0]: must be an object"),
    "unknown in a curve": (document(curve_of(power=2)), "[0].power: is not a field"),
    "missing in a curve": (document({"name": "chars"}), "[0].alpha: is missing"),
    "bad characteristic": (document(curve_of("rewards")), "[0].name: is not a name"),
    "knots not ascending": (
        document(curve_of(knots=[1, 1, 2])),
        "[0].knots[1]: must be above the knot before",
    ),
    "second curve": (document(curve_of(), curve_of(knots=[3, 2, 4])), "[1].knots[1]: must be above"),
    "unequal": (
        document(curve_of(biases=[1, 2])),
        '[0].biases: has 2 numbers, but must be as long as "knots" (3)',
    ),
    "unequal errors": (document(curve_of(standard_errors=[1])), "[0].standard_errors: has 1 numbers"),
    "no knots": (document(curve_of(knots=[], biases=[])), "[0].knots: must be a list that is not empty"),
    "text for a bias": (document(curve_of(biases=[0, "1", 2])), "[0].biases[1]: must be a finite number"),
    "a bool for alpha": (document(curve_of(alpha=True)), "[0].alpha: must be a finite number"),
    "null for the mean": (document(curve_of(mean_bias=None)), "[0].mean_bias: must be a finite number"),
    "a line of one knot": (
        document(curve_of(knots=[1], biases=[1], beyond="line")),
        "[0].knots: a line needs two",
    ),
    "beyond": (document(curve_of(beyond="cut")), '[0].beyond: must be "hold" or "line"'),
    "diagnostics": (document(diagnostics=3), "diagnostics: must be an object"),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_documents_are_refused_in_one_line_as_the_service_does(service: str, name: str) -> None:
    wrong, words = WRONG[name]
    with pytest.raises(InputError) as refused:
        Curve.from_json(json.dumps(wrong))
    place = "characteristics" if words.startswith("[") else ""
    assert str(refused.value).startswith(f"the curve's {place}{words}")
    assert "\n" not in str(refused.value)
    assert ask(service, "PUT", "/v1/curves", wrong)[0] == 422


NOT_JSON = {
    b"": "the curve is not JSON: Expecting value at line 1, column 1",
    b"{": "the curve is not JSON: ",
    b'{"schema_version": NaN}': "the curve is not JSON: NaN is no number of JSON",
    b'{"schema_version": -Infinity}': "the curve is not JSON: -Infinity is no number of JSON",
    b'{"schema_version": 1e999}': "the curve's schema_version: must be 1 or 2",
    b'"\xff"': "the curve is not UTF-8 text",
    b"[]": "the curve: must be an object",
    b"null": "the curve: must be an object",
    b"[" * 100_000: "the curve is not JSON of a curve: it is nested too deeply",
    b"1" * 5000: "the curve is not JSON: Exceeds the limit",
}


@pytest.mark.parametrize("text", NOT_JSON, ids=lambda text: repr(text[:20]))
def test_what_is_not_json_is_refused_in_one_line(text: bytes, tmp_path: Path) -> None:
    file = tmp_path / "curve.json"
    file.write_bytes(text)
    with pytest.raises(InputError) as refused:
        Curve.from_file(file)
    assert str(refused.value).startswith(f"{file}: {NOT_JSON[text]}")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("given", [None, 3, "text", [document()]])
def test_only_a_document_is_a_curve(given: Any) -> None:
    with pytest.raises(InputError, match="a curve needs the exported document, not"):
        Curve.from_dict(given)


def test_numbers_beyond_the_doubles_are_refused() -> None:
    huge = json.dumps(document(curve_of(biases=[0, 1, 2]))).replace(
        '"biases": [0', '"biases": [1' + "0" * 400
    )
    with pytest.raises(InputError, match=r"characteristics\[0\]\.biases\[0\]: must be a finite number"):
        Curve.from_json(huge)


def test_a_document_survives_reading_and_saving(service: str, tmp_path: Path) -> None:
    expect(
        service,
        "PUT",
        "/v1/curves",
        document(curve_of(biases=[0.1, 1 / 3, 1e-300]), reward_model="saved/curve"),
    )
    exported = export(service, "saved/curve")
    file = tmp_path / "curve.json"
    Curve.from_dict(exported).save(file)
    again = Curve.from_file(file)
    assert again.to_dict() == exported
    assert again == Curve.from_dict(exported)
    assert hash(again) == hash(Curve.from_dict(exported))
    assert [entry.name for entry in tmp_path.iterdir()] == ["curve.json"]
    assert expect(service, "PUT", "/v1/curves", again.to_dict())["version"] == 1


def test_a_curve_does_not_change() -> None:
    given = document(curve_of(beyond="line"), curve_of("tokens", knots=[5], biases=[1]))
    curve = Curve.from_dict(given)
    before = copy.deepcopy(given)
    given["characteristics"][0]["biases"][0] = 99
    curve.to_dict()["characteristics"].clear()  # type: ignore[attr-defined]
    assert curve.to_dict() == before
    with pytest.raises(AttributeError):
        curve.version = 3  # type: ignore[misc]


def test_what_a_curve_says_of_itself() -> None:
    curve = Curve.from_dict(
        document(curve_of(), curve_of("tokens", beyond="line"), curve_of("chars", alpha=0.5))
    )
    assert (curve.reward_model, curve.version) == ("made/up", 7)
    assert curve.characteristics == ("chars", "tokens")
    assert curve.ranges == {"chars": (10, 1600), "tokens": (-math.inf, math.inf)}
    assert (
        repr(curve) == "Curve('made/up', version 7: chars 10 to 1600, tokens (a straight line); alpha 0.5, 1)"
    )
    assert Curve.from_dict(without("version")).version is None
    assert Curve.from_dict(document(schema_version=1)).version == 7


TEXTS = ["Hello!", "日本", "# Title\n\n- one", "x" * 2000]
LENGTHS = [6, 2, 14, 2000]
REWARDS = [0.5, -0.0, 3, 1.25]


def as_list(values: list[Any]) -> Any:
    return values


def as_tuple(values: list[Any]) -> Any:
    return tuple(values)


def as_array(values: list[Any]) -> Any:
    return pytest.importorskip("numpy").array(values)


def as_series(values: list[Any]) -> Any:
    return pytest.importorskip("pandas").Series(values, index=[f"row {i}" for i in range(len(values))])


def as_polars(values: list[Any]) -> Any:
    return pytest.importorskip("polars").Series("given", values)


def as_arrow(values: list[Any]) -> Any:
    return pytest.importorskip("pyarrow").array(values)


@pytest.mark.parametrize("form", [as_list, as_tuple, as_array, as_series, as_polars, as_arrow])
def test_results_have_the_form_of_what_was_given(form: Callable[[list[Any]], Any]) -> None:
    curve = Curve.from_dict(document())
    rewards = form(REWARDS)
    expected = curve.calibrate(REWARDS, chars=LENGTHS)
    for found in (
        curve.calibrate(rewards, chars=form(LENGTHS)),
        curve.calibrate(rewards, responses=form(TEXTS)),
        curve.calibrate(rewards, responses=TEXTS, chars=form(LENGTHS)),
    ):
        for values, wanted in (
            (found.rewards, expected.rewards),
            (found.biases, expected.biases),
            (found.extrapolated, expected.extrapolated),
        ):
            assert type(values) is type(rewards) or form is as_arrow
            assert (values.to_pylist() if form is as_arrow else list(values)) == wanted
        if form is as_series:
            assert list(found.rewards.index) == list(rewards.index)
    assert expected.extrapolated == [True, True, False, True]
    with pytest.warns(RewardCalibrationWarning, match="3 of 4 samples lie outside the fitted range"):
        biases = curve.bias(chars=form(LENGTHS))
    assert (biases.to_pylist() if form is as_arrow else list(biases)) == expected.biases


def test_frames_are_read_by_the_names_of_their_columns() -> None:
    frame = pytest.importorskip("pandas").DataFrame({"score": REWARDS, "text": TEXTS}, index=[9, 8, 7, 6])
    curve = Curve.from_dict(document())
    expected = curve.calibrate(REWARDS, chars=LENGTHS)
    found = curve.calibrate(frame, reward="score", response="text").rewards
    assert list(found.index) == [9, 8, 7, 6]
    assert list(found) == expected.rewards
    rows = [{"reward": reward, "response": text} for reward, text in zip(REWARDS, TEXTS, strict=True)]
    assert curve.calibrate(rows).rewards == expected.rewards
    with pytest.warns(RewardCalibrationWarning, match="outside the fitted range"):
        assert list(curve.bias(frame, response="text")) == expected.biases


LENGTH = {"chars": "chars"}


def test_a_frame_is_read_as_the_client_reads_it(service: str) -> None:
    pandas = pytest.importorskip("pandas")
    curve = Curve.from_dict(document(curve_of(), curve_of("tokens"), reward_model="frames/both"))
    expect(service, "PUT", "/v1/curves", curve.to_dict())
    frame = pandas.DataFrame(
        {"reward": REWARDS, "response": TEXTS, "chars": [50] * 4, "tokens": [2, 30, 700, 9000]}
    )
    client = Client(service)
    without_texts = frame.drop(columns="response")
    for given, keywords, named in ((frame, {}, {}), (frame, LENGTH, LENGTH), (without_texts, {}, LENGTH)):
        found = curve.calibrate(given, **keywords)
        by_service = client.calibrate("frames/both", given, tokens="tokens", **named)
        for values in ("rewards", "biases", "extrapolated"):
            assert list(getattr(found, values)) == list(getattr(by_service, values))
    assert list(curve.calibrate(frame).biases) != list(curve.calibrate(without_texts).biases)


def test_rewards_are_given_once() -> None:
    curve = Curve.from_dict(document())
    assert curve.calibrate(rewards=[1], chars=[20]).rewards == curve.calibrate([1], chars=[20]).rewards
    with pytest.raises(InputError, match="rewards= and data= mean the same"):
        curve.calibrate([1], rewards=[1], chars=[20])


def test_messages_are_measured_by_what_the_assistant_says() -> None:
    curve = Curve.from_dict(document())
    messages = [
        [{"role": "assistant", "content": text[:3]}, {"role": "assistant", "content": text[3:]}]
        for text in TEXTS
    ]
    assert (
        curve.calibrate(REWARDS, responses=messages).rewards
        == curve.calibrate(REWARDS, responses=TEXTS).rewards
    )


WRONG_VALUES: dict[str, tuple[dict[str, Any], str]] = {
    "NaN": (
        {"rewards": [0, math.nan], "chars": [1, 2]},
        "rewards, row 1: NaN where a finite number is needed",
    ),
    "infinite": ({"rewards": [0, 1], "chars": [1, math.inf]}, "chars, row 1: an infinite number"),
    "None": ({"rewards": [None, 1], "chars": [1, 2]}, "rewards, row 0: None where a finite number is needed"),
    "negative": ({"rewards": [0, 1], "chars": [1, -2]}, "chars, row 1: must not be negative"),
    "nothing to measure": (
        {"rewards": [0, 1], "tokens": [1, 2]},
        "the curve of 'made/up' is one of 'chars': give",
    ),
    "unequal": ({"rewards": [0, 1], "chars": [1]}, "chars has 1 row"),
    "empty": ({"rewards": [], "chars": []}, "no samples are given"),
    "surrogate": ({"rewards": [0], "responses": ["a\ud800"]}, "responses, row 0: "),
}


@pytest.mark.parametrize("name", WRONG_VALUES)
def test_wrong_values_are_named_by_row(name: str) -> None:
    given, words = WRONG_VALUES[name]
    with pytest.raises(InputError) as refused:
        Curve.from_dict(document()).calibrate(**given)
    assert str(refused.value).startswith(words)
    assert "\n" not in str(refused.value)


def test_a_bias_that_is_not_finite_is_refused() -> None:
    curve = Curve.from_dict(document(curve_of(alpha=1e200, knots=[1], biases=[1e200])))
    with pytest.raises(InputError, match="row 0: the bias is so large"):
        curve.bias(chars=[1])


def test_what_is_given_and_not_used_is_said() -> None:
    curve = Curve.from_dict(document())
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert curve.calibrate([1], chars=[20]).unused == ()
        assert curve.bias(chars=[40.5, 1600]) == [0.75, 1]
    with pytest.warns(RewardCalibrationWarning, match="the curve does not use what is given as tokens"):
        assert curve.calibrate([1], chars=[20], tokens=[5]).unused == ("tokens",)
    with pytest.warns(RewardCalibrationWarning, match="the curve does not use what is given as tokens"):
        curve.bias(chars=[20], tokens=[5])


def test_a_curve_needs_neither_numpy_nor_the_rest_of_the_client() -> None:
    code = """
import sys
sys.modules.update(dict.fromkeys(["numpy", "pandas", "polars", "pyarrow"]))
from reward_calibration.client import Client
from reward_calibration.curve import Curve
curve = Curve.from_json(sys.stdin.read())
print(curve.calibrate([0.5, 3], responses=["Hello, world!", "x" * 800]).rewards)
"""
    ran = subprocess.run(
        [sys.executable, "-c", code], input=json.dumps(document()), text=True, capture_output=True
    )
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout) == Curve.from_dict(document()).calibrate([0.5, 3], chars=[13, 800]).rewards


@pytest.mark.parametrize("as_path", [str, Path])
def test_a_file_stands_for_its_curve_in_trainers(as_path: type, tmp_path: Path) -> None:
    curve = Curve.from_dict(document())
    curve.save(tmp_path / "curve.json")
    given = as_path(tmp_path / "curve.json")
    for make in (verl_reward, trl_reward, slime_reward):
        with pytest.raises(InputError, match="not of 'another'"):
            make(given, lambda *_, **__: 0.5, reward_model="another")
    reward = trl_reward(given, lambda completions, **_: [1.0 for _ in completions])
    texts = ["a" * 20, "a" * 50]
    assert reward(prompts=["", ""], completions=texts) == curve.calibrate([1.0, 1.0], responses=texts).rewards
    for missing in (tmp_path / "nowhere.json", tmp_path):
        with pytest.raises(InputError, match=f"cannot read the curve {missing}: "):
            Curve.from_file(missing)
    with pytest.raises(InputError, match="cannot read the curve"):
        trl_reward(Path("nowhere.json"), lambda **_: [])
