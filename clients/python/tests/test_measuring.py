"""Texts are measured by the client, for the version that calibrates; they do not travel."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pandas
import pytest
from scored import scored

from reward_calibration import Client, InputError, RewardCalibrationWarning, ServiceError
from reward_calibration.characteristics import BUILT_IN, measure

SECRET = "swordfish"
SAMPLES = scored(700)
TEXTS = [f"- {SECRET}. {text}" for text in SAMPLES.responses]


def listened(client: Client, monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The bodies that the client sends from now on."""
    sent: list[bytes] = []
    request, stream = client.transport.request, client.transport.stream

    def noting(*args: Any, **kwargs: Any) -> Any:
        sent.append(kwargs.get("body") or b"")
        return request(*args, **kwargs)

    def noting_lines(*args: Any, **kwargs: Any) -> Any:
        sent.append(b"".join(kwargs["lines"]))
        return stream(*args, **kwargs)

    monkeypatch.setattr(client.transport, "request", noting)
    monkeypatch.setattr(client.transport, "stream", noting_lines)
    return sent


@pytest.mark.parametrize("rows", [12, 299, 700])
@pytest.mark.parametrize("names", [["chars"], ["words"], ["markdown", "lines"], list(BUILT_IN)])
def test_measured_here_as_by_the_service(
    service: str, monkeypatch: pytest.MonkeyPatch, rows: int, names: list[str]
) -> None:
    client, model = Client(service), f"measuring/{'-'.join(names)}-{rows}"
    texts, rewards = TEXTS[:rows], SAMPLES.rewards[:rows]
    numbers = {name: measure(texts, name) for name in names}
    by_numbers = client.fit(model, rewards=rewards, characteristics=names, **numbers)
    # As text in JSON, which the service measures.
    lines = [{"reward": reward, "response": text} for reward, text in zip(rewards, texts, strict=True)]
    by_service = client.ask("POST", "/v1/calibrate", {"reward_model": model, "samples": lines})["rewards"]
    sent = listened(client, monkeypatch)
    by_text = client.fit(model, rewards=rewards, responses=texts, characteristics=names)
    assert by_text.diagnostics["spearman"] == by_numbers.diagnostics["spearman"]
    assert by_text.characteristics == by_numbers.characteristics
    for version in (None, 1, 1):
        calibrated = client.calibrate(model, rewards=rewards, responses=texts, version=version)
        assert calibrated.rewards == by_service
        assert calibrated.version == (version or 2)
        assert calibrated.unused == ()
    whole = client.fit_calibrate(rewards=rewards, responses=texts, characteristics=names)
    assert whole.rewards == calibrated.rewards
    assert SECRET.encode() not in b"".join(sent)
    # The version that was pinned was asked for once: it never changes.
    assert len(sent) == 1 + 2 + 1 + 1 + 1


def test_what_a_curve_needs_and_text_does_not_give(service: str) -> None:
    client = Client(service)
    client.fit("measuring/tokens", rewards=SAMPLES.rewards, tokens=SAMPLES.chars)
    with pytest.raises(InputError, match=r"measuring/tokens, version 1, .*'tokens'.*: give tokens="):
        client.calibrate("measuring/tokens", rewards=SAMPLES.rewards, responses=TEXTS)
    with pytest.raises(InputError, match=r"'tokens'.*: give tokens="):
        client.fit("measuring/no", rewards=SAMPLES.rewards, responses=TEXTS, characteristics="tokens")
    for count in (40, 700):
        with pytest.raises(ServiceError, match=r"'tokens' is needed and was not given: give tokens="):
            client.calibrate("measuring/tokens", rewards=SAMPLES.rewards[:count], chars=SAMPLES.chars[:count])


@pytest.mark.parametrize("observe", [False, True])
def test_without_a_curve_the_service_says_so(service: str, observe: bool) -> None:
    client, model = Client(service), f"measuring/none-{observe}"
    given: dict[str, Any] = {"rewards": SAMPLES.rewards, "responses": TEXTS, "observe": observe}
    with pytest.raises(ServiceError) as caught:
        client.calibrate(model, **given)
    assert caught.value.code == "no-curve"
    raw = client.calibrate(model, **given, on_missing_curve="passthrough")
    assert (raw.calibrated, raw.version, raw.unused) == (False, None, ())
    if observe:
        assert client.refit(model).characteristics[0]["name"] == "chars"


def test_observed_texts_are_kept_as_the_service_keeps_them(service: str) -> None:
    client = Client(service)
    words = measure(TEXTS, "words")
    for model in ("measuring/kept-here", "measuring/kept-there"):
        client.fit(model, rewards=SAMPLES.rewards, words=words)
    client.calibrate("measuring/kept-here", rewards=SAMPLES.rewards, responses=TEXTS, observe=True)
    lines = [
        {"reward": reward, "response": text} for reward, text in zip(SAMPLES.rewards, TEXTS, strict=True)
    ]
    body = {"reward_model": "measuring/kept-there", "observe": True, "samples": lines}
    client.ask("POST", "/v1/calibrate", body)
    for names in ("words", "chars"):
        here, there = (
            client.refit(f"measuring/kept-{place}", characteristics=names) for place in ("here", "there")
        )
        assert here.diagnostics["spearman"] == there.diagnostics["spearman"]
        assert here.characteristics == there.characteristics


def test_a_service_that_begins_anew(start_service: Callable[..., AbstractContextManager[str]]) -> None:
    def fit(url: str, name: str) -> None:
        Client(url).fit("measuring/anew", rewards=SAMPLES.rewards, responses=TEXTS, characteristics=name)

    with start_service() as url:
        fit(url, "chars")
        client = Client(url)
        client.calibrate("measuring/anew", rewards=SAMPLES.rewards, responses=TEXTS, version=1)
    with start_service(PORT=url.rsplit(":", 1)[1]) as url:
        fit(url, "words")
        found = client.calibrate("measuring/anew", rewards=SAMPLES.rewards, responses=TEXTS, version=1)
        expected = client.calibrate("measuring/anew", rewards=SAMPLES.rewards, words=measure(TEXTS, "words"))
        assert found.rewards == expected.rewards


FRAME = pandas.DataFrame(
    {
        "reward": SAMPLES.rewards,
        "response": TEXTS,
        "chars": SAMPLES.chars,
        "n": [2 * chars for chars in SAMPLES.chars],
    }
)


@pytest.mark.parametrize(
    ("named", "fitted", "unused"),
    [
        ({}, "chars", ""),
        ({"response": "response"}, "chars", ""),
        ({"tokens": "n"}, "tokens", ""),
        ({"tokens": FRAME.n}, "tokens", ""),
        ({"words": "n", "tokens": "n"}, "words tokens", ""),
        ({"tokens": "n", "response": "response"}, "chars", "tokens"),
        ({"tokens": "n", "responses": FRAME.response}, "chars", "tokens"),
        ({"tokens": "n", "chars": "chars"}, "chars", "tokens"),
        ({"tokens": "n", "characteristics": "words"}, "words", "tokens"),
        ({"tokens": "n", "response": "response", "characteristics": ["tokens"]}, "tokens", ""),
    ],
)
def test_what_is_named_wins_over_what_is_guessed(
    service: str, named: dict[str, Any], fitted: str, unused: str
) -> None:
    client = Client(service)
    for fit in (
        lambda: client.fit("measuring/named", FRAME, **named),
        lambda: client.fit_calibrate(FRAME, **named).fit,
    ):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            found = fit()
        assert [one["name"] for one in found.characteristics] == fitted.split()
        said = [str(one.message) for one in caught if one.category is RewardCalibrationWarning]
        assert len(said) == bool(unused)
        for message in said:
            assert f"what is given as {unused} is not used" in message
            assert f"characteristics=['{unused}']" in message
        assert [one.filename for one in caught] == [__file__] * len(caught)
