"""What is wrong is refused in one line that names the place and the rule, and quotes no text."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy
import pandas
import polars
import pyarrow
import pytest
from scored import COLUMN_FORMS, FRAME_FORMS, scored

from reward_calibration import Client, InputError, RewardCalibrationError, ServiceError, Unreachable

SECRET = "my secret prompt"


def refused(call: Callable[[], object], kind: type[RewardCalibrationError] = InputError) -> str:
    with pytest.raises(kind) as caught:
        call()
    text = str(caught.value)
    assert "\n" not in text
    assert text != ""
    error: BaseException | None = caught.value
    while error is not None:
        assert SECRET not in f"{error} {error.args!r}"
        error = error.__cause__ or error.__context__
    return text


@pytest.fixture(scope="module")
def client(service: str) -> Client:
    client, samples = Client(service), scored(60)
    client.fit("bad/chars", rewards=samples.rewards, chars=samples.chars)
    client.fit("bad/tokens", rewards=samples.rewards, tokens=samples.chars)
    return client


WRONG: dict[str, tuple[object, str]] = {
    "NaN": (math.nan, "NaN"),
    "infinite": (math.inf, "infinite"),
    "None": (None, "N"),
    "bool": (True, "bool"),
    "text": ("1.5", "text"),
    "large integer": (2**53, "2^53"),
}


@pytest.mark.parametrize("form", [form for form in COLUMN_FORMS if form != "arrow chunks"])
@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("column", ["rewards", "chars"])
def test_a_wrong_value_is_refused_with_its_row(client: Client, form: str, wrong: str, column: str) -> None:
    value, word = WRONG[wrong]
    whole = int if wrong == "large integer" else float
    columns: dict[str, Any] = {"rewards": [*map(whole, range(4))], "chars": [*map(whole, range(5, 9))]}
    whole_of_one_type = form in ("numpy", "polars", "arrow")
    if whole_of_one_type and isinstance(value, bool | str):
        columns[column] = [value] * 4
        row = "row 0"
    else:
        columns[column][2] = value
        row = "row 2"
    made = {name: COLUMN_FORMS[form](values) for name, values in columns.items()}
    text = refused(lambda: client.calibrate("bad/chars", **made))
    assert column in text
    assert row in text
    assert word in text
    if form == "pandas":
        assert f"(label 'row-{40 if row == 'row 0' else 20}')" in text


@pytest.mark.parametrize("form", [form for form in FRAME_FORMS if form != "data set"])
def test_a_missing_column_is_named_with_the_nearest(client: Client, form: str) -> None:
    frame = FRAME_FORMS[form]({"reward": [1.0, 2.0], "response": [SECRET, SECRET], "n_tokens": [3, 4]})
    text = refused(lambda: client.calibrate("bad/chars", frame, reward="rewrd"))
    assert (
        text == "no column 'rewrd' in the frame; did you mean 'reward'? (columns: reward, response, n_tokens)"
    )
    assert "n_tokens" in refused(lambda: client.calibrate("bad/chars", frame, tokens="n_token"))


def test_missing_numbers_of_every_library(client: Client) -> None:
    missing: list[Any] = [
        pandas.Series([1.0, None]),
        pandas.Series([1, None], dtype="Int64"),
        pandas.Series([1.0, pandas.NA], dtype="Float64"),
        pandas.Series([1.0, None], dtype="float64[pyarrow]"),
        pandas.Series([1.0, pandas.NA], dtype=object),
        polars.Series([1.0, None]),
        polars.Series([1, None]),
        pyarrow.array([1.0, None]),
        pyarrow.array([1, None]),
        numpy.ma.masked_array([1.0, 2.0], mask=[False, True]),
    ]
    for given in missing:
        assert "row 1" in refused(
            lambda given=given: client.calibrate("bad/chars", rewards=given, chars=[1, 2])
        )  # type: ignore[misc]


def test_columns_that_do_not_belong_together(client: Client) -> None:
    assert "3" in refused(lambda: client.calibrate("bad/chars", rewards=[1.0, 2.0, 3.0], chars=[1, 2]))
    one = pandas.Series([1.0, 2.0], index=["a", "b"])
    assert "index" in refused(lambda: client.calibrate("bad/chars", rewards=one, chars=one[::-1]))
    assert "empty" in refused(lambda: client.calibrate("bad/chars", rewards=[], chars=[]))
    assert "dimension" in refused(
        lambda: client.calibrate("bad/chars", rewards=numpy.ones((2, 2)), chars=[1, 2])
    )
    assert "rewards" in refused(lambda: client.fit("bad/x", chars=[1, 2]))
    assert "chars" in refused(lambda: client.calibrate("bad/chars", rewards=[1.0]))
    assert "the same" in refused(lambda: client.fit("bad/x", rewards=[1.0], reward=[1.0], chars=[1]))
    assert "two" in refused(lambda: client.combine(rewards={"bad/chars": [1.0]}, chars=[1]))


def test_a_misspelt_keyword_is_no_characteristic(client: Client) -> None:
    text = refused(lambda: client.fit("bad/x", rewards=[1.0], chars=[1], iteratons=3))
    assert "did you mean iterations=?" in text
    assert "estimator" in refused(lambda: client.fit("bad/x", rewards=[1.0], chars=[1], estimater="mean"))
    assert "frame" in refused(lambda: client.fit("bad/x", reward="score", chars="n"))
    assert "characteristic" in refused(lambda: client.fit("bad/x", rewards=[1.0], **{"a b": [1.0]}))
    frame = pandas.DataFrame([[1.0, 2.0, 3]], columns=["reward", "reward", "chars"])
    assert "more than one column 'reward'" in refused(lambda: client.fit("bad/x", frame))
    both = {"reward": [1.0], "rewards": [1.0], "chars": [1]}
    assert "'reward' and 'rewards'" in refused(lambda: client.fit("bad/x", both))
    ragged: list[dict[str, object]] = [{"reward": 1.0, "chars": 1}, {"chars": 2}]
    assert "row 1" in refused(lambda: client.fit("bad/x", ragged))
    assert "collect()" in refused(lambda: client.fit("bad/x", polars.DataFrame(both).lazy()))


@pytest.mark.parametrize(
    "form", [form for form in COLUMN_FORMS if form not in ("polars", "arrow", "arrow chunks")]
)
def test_texts(client: Client, form: str) -> None:
    make = COLUMN_FORMS[form] if form != "pandas" else lambda values: pandas.Series(values, dtype=object)
    surrogate = refused(
        lambda: client.calibrate("bad/chars", rewards=[1.0, 2.0], responses=make([SECRET, f"{SECRET}\ud83d"]))
    )
    assert "row 1" in surrogate
    assert "surrogate" in surrogate
    for value in (None, 3, math.nan):
        values = numpy.array([SECRET, value], dtype=object) if form == "numpy" else make([SECRET, value])
        text = refused(
            lambda values=values: client.calibrate("bad/chars", rewards=[1.0, 2.0], responses=values)
        )  # type: ignore[misc]
        assert "responses, row 1" in text
    for wrong in (
        [],
        [{"role": "user", "content": SECRET}],
        [{"role": "assistant"}],
        {"role": "assistant", "content": SECRET},
        [SECRET],
    ):
        text = refused(lambda wrong=wrong: client.calibrate("bad/chars", rewards=[1.0], responses=[wrong]))  # type: ignore[misc]
        assert "responses, row 0" in text
    prompts = refused(lambda: client.fit("bad/x", rewards=[1.0, 2.0], chars=[1, 2], prompts=[SECRET, None]))
    assert "prompts, row 1" in prompts


def test_emoji_are_counted_as_code_points(client: Client) -> None:
    texts = ["🙂" * count for count in range(1, 61)]
    rewards = [float(count) for count in range(1, 61)]
    by_text = client.fit_calibrate(rewards=rewards, responses=texts)
    assert by_text.rewards == client.fit_calibrate(rewards=rewards, chars=list(range(1, 61))).rewards


def test_what_the_service_refuses_is_one_line_with_code_and_request(client: Client) -> None:
    for given, code, words in (
        (lambda: client.calibrate("bad/none", rewards=[1.0], chars=[1]), "no-curve", "passthrough"),
        (
            lambda: client.calibrate("bad/chars", rewards=[1.0], chars=[1], version=99),
            "unknown-version",
            "99",
        ),
        (lambda: client.calibrate("bad/chars", rewards=[1.0], chars=[-1]), "invalid-input", "row 0"),
        (lambda: client.fit("bad/x", rewards=[1.0], responses=[SECRET]), "too-few-samples", "10"),
        (lambda: client.fit("bad/x", rewards=[1.0] * 20, chars=range(20), frac=2), "invalid-input", "frac"),
    ):
        text = refused(given, ServiceError)
        assert code in text
        assert words in text
        assert "request id" in text
    with pytest.raises(ServiceError) as caught:
        client.calibrate("bad/chars", rewards=[1.0, 2.0], chars=[-1, -1])
    error = caught.value
    assert (error.status, error.code, error.places[0].row) == (422, "invalid-input", 0)
    assert error.request_id
    assert error.retry_after is None


def test_a_dead_service(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REWARD_CALIBRATION_URL", "http://127.0.0.1:9")
    text = refused(lambda: Client(retries=1).health(), Unreachable)
    expected = "no answer from http://127.0.0.1:9: connection refused. Is the service running? "
    assert text == f"{expected}(npm start, or set REWARD_CALIBRATION_URL)"
    assert "unknown" in refused(lambda: Client("http://no.such.host.invalid").health(), Unreachable)


def test_a_wrong_key(start_service: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with start_service(API_KEYS="right") as url:
        missing = refused(lambda: Client(url).curves.list(), ServiceError)
        assert missing.startswith(
            "the service wants an API key: pass api_key= or set REWARD_CALIBRATION_API_KEY (unauthorized, 401"
        )
        wrong = refused(lambda: Client(url, api_key="wrong").curves.list(), ServiceError)
        assert wrong.startswith("the service refuses this API key (unauthorized, 401")
        monkeypatch.setenv("REWARD_CALIBRATION_API_KEY", "right")
        assert Client(url).curves.list()["curves"] == []


@pytest.mark.parametrize(
    "url", ["ftp://x", "http://", "http://u:p@host", "http://host:port", "http://h/?a=1"]
)
def test_a_wrong_url(url: str) -> None:
    assert "url" in refused(lambda: Client(url))


def test_wrong_values_in_dicts_are_named_by_their_place(client: Client) -> None:
    pair = {"chosen": {"reward": 1.0, "response": "a"}, "rejected": {"reward": math.nan, "response": SECRET}}
    assert "pairs[0].rejected.reward: NaN" in refused(lambda: client.evaluate([pair]))
    pair["rejected"] = {"reward": 0.0, "response": f"{SECRET}\udc00"}
    assert "pairs[0].rejected.response" in refused(lambda: client.evaluate(pairs=[pair]))
    pair["rejected"] = {"reward": object(), "response": SECRET}
    assert "pairs[0].rejected.reward" in refused(lambda: client.evaluate(pairs=[pair]))
