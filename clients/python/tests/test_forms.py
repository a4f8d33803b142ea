"""Every form in which samples come gives the same numbers, in the form in which they came."""

from __future__ import annotations

from typing import Any

import numpy
import pandas
import polars
import pyarrow
import pytest
from scored import COLUMN_FORMS, FRAME_FORMS, as_list, odd_index, scored

from reward_calibration import Client

COUNTS = (40, 700)
"""Below and above the number of rows from which on samples travel as Arrow."""


@pytest.fixture(scope="module", params=COUNTS)
def expected(request: pytest.FixtureRequest, service: str) -> dict[str, Any]:
    samples = scored(request.param)
    client = Client(service)
    name = f"forms/expected-{request.param}"
    fit = client.fit(name, rewards=samples.rewards, chars=samples.chars, groups=samples.prompts)
    calibrated = client.calibrate(name, rewards=samples.rewards, chars=samples.chars)
    assert [type(value) for value in calibrated.rewards[:1]] == [float]
    return {"samples": samples, "model": name, "fit": fit, "calibrated": calibrated}


def _same_fit(one: Any, other: Any) -> None:
    for field in ("samples", "spearman_before", "spearman_after", "pearson_before", "pearson_after"):
        assert getattr(one, field) == getattr(other, field), field
    assert one.characteristics == other.characteristics


@pytest.mark.parametrize("form", COLUMN_FORMS)
def test_columns(service: str, expected: dict[str, Any], form: str) -> None:
    samples, make, client = expected["samples"], COLUMN_FORMS[form], Client(service)
    name = f"forms/columns/{form}/{len(samples.rewards)}"
    columns = {"rewards": make(samples.rewards), "chars": make(samples.chars)}
    _same_fit(client.fit(name, groups=make(samples.prompts), **columns), expected["fit"])
    calibrated = client.calibrate(expected["model"], **columns)
    for field in ("rewards", "biases", "extrapolated"):
        assert as_list(getattr(calibrated, field)) == getattr(expected["calibrated"], field), field
        assert isinstance(getattr(calibrated, field), _type_for(form)), field
    if form == "pandas":
        assert calibrated.rewards.index.equals(odd_index(len(samples.rewards)))
        assert calibrated.rewards.name == "calibrated_reward"
    by_text = client.calibrate(
        expected["model"], rewards=columns["rewards"], responses=make(samples.responses)
    )
    assert as_list(by_text.rewards) == expected["calibrated"].rewards
    _same_fit(
        client.fit(
            name, rewards=columns["rewards"], responses=make(samples.responses), prompts=make(samples.prompts)
        ),
        expected["fit"],
    )


def _type_for(form: str) -> type:
    known: dict[str, type] = {
        "tuple": tuple,
        "numpy": numpy.ndarray,
        "numpy object": numpy.ndarray,
        "pandas": pandas.Series,
        "polars": polars.Series,
    }
    if form.startswith("arrow"):
        return pyarrow.Array
    return known.get(form, list)


@pytest.mark.parametrize("form", FRAME_FORMS)
@pytest.mark.parametrize("keywords", ["named", "usual"])
def test_frames(service: str, expected: dict[str, Any], form: str, keywords: str) -> None:
    samples, client = expected["samples"], Client(service)
    named = {"reward": "reward", "response": "response", "prompt": "prompt"} if keywords == "named" else {}
    frame = FRAME_FORMS[form](
        {
            "reward": samples.rewards,
            "response": samples.responses,
            "prompt": samples.prompts,
            "n": samples.chars,
        }
    )
    _same_fit(client.fit(f"forms/frames/{form}/{len(samples.rewards)}", frame, **named), expected["fit"])
    measured = client.fit(f"forms/frames/{form}/{len(samples.rewards)}", frame, chars="n", **named)
    _same_fit(measured, expected["fit"])
    calibrated = client.calibrate(expected["model"], frame, **named)
    assert as_list(calibrated.rewards) == expected["calibrated"].rewards
    assert as_list(calibrated.biases) == expected["calibrated"].biases
    together = client.fit_calibrate(frame, chars="n", **named)
    assert as_list(together.rewards) == expected["calibrated"].rewards
    _same_fit(together.fit, expected["fit"])
    if form == "pandas frame":
        frame["calibrated"] = calibrated.rewards
        assert frame["calibrated"].tolist() == expected["calibrated"].rewards


def test_calibrated_is_raw_less_bias(expected: dict[str, Any]) -> None:
    calibrated, raw = expected["calibrated"], expected["samples"].rewards
    assert calibrated.rewards == [reward - bias for reward, bias in zip(raw, calibrated.biases, strict=True)]
    assert any(calibrated.biases)


@pytest.mark.parametrize("dtype", ["float16", "float32", "int8", "uint16", "int64"])
def test_numbers_of_every_width(service: str, dtype: str) -> None:
    client, values = Client(service), numpy.arange(1, 101).astype(dtype)
    plain = [float(value) for value in values]
    expected = client.fit_calibrate(rewards=plain, chars=plain)
    for given in (
        values,
        values[::-1][::-1],
        pandas.Series(values),
        pandas.Series(values).convert_dtypes(),
        polars.Series(values.astype("float32")) if dtype == "float16" else polars.Series(values),
        pyarrow.array(values),
        list(values),
    ):
        calibrated = client.fit_calibrate(rewards=given, chars=given)
        assert as_list(calibrated.rewards) == expected.rewards, type(given)


def test_messages_count_what_the_assistant_says(service: str) -> None:
    samples, client = scored(60), Client(service)
    messages = [
        [{"role": "user", "content": "x" * 99}]
        + [
            {"role": "assistant", "content": part}
            for part in (text[: len(text) // 2], text[len(text) // 2 :])
        ]
        for text in samples.responses
    ]
    by_text = client.fit_calibrate(rewards=samples.rewards, responses=samples.responses)
    by_messages = client.fit_calibrate(rewards=samples.rewards, responses=messages)
    from_parquet = client.fit_calibrate(
        rewards=samples.rewards,
        responses=pandas.Series([numpy.array(each, dtype=object) for each in messages]),
    )
    assert by_messages.rewards == by_text.rewards == from_parquet.rewards


def test_a_fit_takes_the_characteristics_given_where_nothing_else_is_said(service: str) -> None:
    samples, client = scored(60), Client(service)
    words = [float(len(text.split())) for text in samples.responses]
    fit = client.fit("forms/given", rewards=samples.rewards, tokens=samples.chars, words=words)
    assert [one["name"] for one in fit.characteristics] == ["tokens", "words"]
    chars = client.fit("forms/given", rewards=samples.rewards, tokens=samples.chars, chars=samples.chars)
    assert [one["name"] for one in chars.characteristics] == ["chars"]
    assert [warning.code for warning in chars.warnings if warning.code == "unused-characteristics"]
    set_by_hand = client.fit(
        "forms/given",
        {"reward": samples.rewards, "tokens": samples.chars},
        characteristics=[{"name": "tokens", "alpha": 0.5}],
        frac=0.4,
        iterations=2,
    )
    assert [(one["name"], one["alpha"]) for one in set_by_hand.characteristics] == [("tokens", 0.5)]
    assert (set_by_hand.answer["frac"], set_by_hand.answer["iterations"]) == (0.4, 2)


@pytest.mark.parametrize("count", COUNTS)
def test_settings_are_the_same_in_every_format(service: str, count: int) -> None:
    samples, client = scored(count), Client(service)
    settings: dict[str, Any] = {
        "estimator": "lwr-within",
        "frac": 0.7,
        "iterations": 1,
        "characteristics": [{"name": "chars", "alpha": 0.25}],
    }
    answers = [
        client.fit_calibrate(
            rewards=samples.rewards, chars=samples.chars, groups=samples.prompts, **settings
        ),
        client.fit_calibrate(
            rewards=samples.rewards, responses=samples.responses, prompts=samples.prompts, **settings
        ),
    ]
    assert answers[0].rewards == answers[1].rewards
    for answer in answers:
        assert answer.fit.answer["estimator"] == "lwr-within"
        assert (answer.fit.answer["frac"], answer.fit.answer["iterations"]) == (0.7, 1)
        assert answer.fit.characteristics[0]["alpha"] == 0.25
    automatic = client.fit_calibrate(
        rewards=samples.rewards,
        chars=samples.chars,
        frac="auto",
        characteristics=[{"name": "chars", "alpha": "auto"}],
    )
    assert automatic.fit.answer["frac"] == "auto"


def test_unused_characteristics_are_named_in_every_format(service: str) -> None:
    for count in COUNTS:
        samples, client = scored(count), Client(service)
        client.fit("forms/unused", rewards=samples.rewards, chars=samples.chars)
        by_numbers = client.calibrate(
            "forms/unused", rewards=samples.rewards, chars=samples.chars, tokens=samples.chars
        )
        by_text = client.calibrate(
            "forms/unused", rewards=samples.rewards, responses=samples.responses, tokens=samples.chars
        )
        assert by_numbers.unused == by_text.unused == ("tokens",)
        assert "tokens" in str(by_numbers)
