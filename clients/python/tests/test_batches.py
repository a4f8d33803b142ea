"""Large batches in parts, and many threads."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from scored import as_list, scored

from reward_calibration import Client, ServiceError, calibrating_parts, fit_requests, formats


def calls_of(
    client: Client, monkeypatch: pytest.MonkeyPatch, at_third: Callable[[], object] = lambda: None
) -> list[dict[str, Any]]:
    """The parameters of every request that the client makes from now on."""
    made: list[dict[str, Any]] = []
    request = client.transport.request

    def noting(*args: Any, **kwargs: Any) -> Any:
        made.append({"args": args, **kwargs})
        if len(made) == 3:
            at_third()
        return request(*args, **kwargs)

    monkeypatch.setattr(client.transport, "request", noting)
    return made


@pytest.mark.parametrize("column", ["chars", "responses"])
def test_parts_are_calibrated_by_one_version(
    service: str, monkeypatch: pytest.MonkeyPatch, column: str
) -> None:
    samples, client, name = scored(730), Client(service, max_batch=50), f"batches/{column}"
    client.fit(name, rewards=samples.rewards, chars=samples.chars)
    whole = Client(service).calibrate(name, rewards=samples.rewards, chars=samples.chars)
    made = calls_of(client, monkeypatch, at_third=lambda: Client(service).curves.strength(name, 0.5))
    parts = client.calibrate(name, rewards=samples.rewards, **{column: getattr(samples, column)})
    assert Client(service).curves.history(name)["current"] == 2
    # Where texts are measured, the curve is asked first for what it is of.
    assert [call["args"] for call in made if call["args"][0] == "GET"] == [("GET", "/v1/curves")] * (
        column == "responses"
    )
    assert len(made) == 15 + (column == "responses")
    assert (parts.version, whole.version) == (1, 1)
    assert parts.rewards == whole.rewards
    assert parts.biases == whole.biases
    assert parts.extrapolated == whole.extrapolated


def test_parts_by_bytes(service: str, monkeypatch: pytest.MonkeyPatch) -> None:
    samples, client = scored(730), Client(service)
    client.fit("batches/bytes", rewards=samples.rewards, chars=samples.chars)
    whole = client.calibrate("batches/bytes", rewards=samples.rewards, chars=samples.chars)
    for module in (calibrating_parts, formats):
        monkeypatch.setattr(module, "LARGEST_BODY", 20_000)
    made = calls_of(client, monkeypatch)
    by_text = client.calibrate("batches/bytes", rewards=samples.rewards, responses=samples.responses)
    posted = [call["body"] for call in made if call["args"][0] == "POST"]
    assert len(posted) >= 2
    assert max(map(len, posted)) <= 20_000
    assert by_text.rewards == whole.rewards
    made.clear()
    assert (
        client.calibrate("batches/bytes", rewards=samples.rewards, chars=samples.chars).rewards
        == whole.rewards
    )
    assert len(made) >= 2
    assert max(len(call["body"]) for call in made) <= 20_000


def test_a_fit_beyond_the_limit_of_a_body_travels_as_lines(
    service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    samples, client = scored(730), Client(service)
    expected = client.fit("batches/fit", rewards=samples.rewards, chars=samples.chars, groups=samples.prompts)
    monkeypatch.setattr(fit_requests, "LARGEST_BODY", 1_000)
    made = calls_of(client, monkeypatch)
    fit = client.fit("batches/fit", rewards=samples.rewards, chars=samples.chars, groups=samples.prompts)
    assert made == []
    assert fit.spearman_after == expected.spearman_after
    assert fit.diagnostics["spearman"] == expected.diagnostics["spearman"]


@pytest.mark.parametrize("form", ["chars", "responses"])
def test_an_error_names_the_row_of_the_whole(service: str, form: str) -> None:
    samples, client = scored(120), Client(service, max_batch=50)
    client.fit("batches/error", rewards=samples.rewards, chars=samples.chars)
    rewards = [*samples.rewards]
    rewards[107] = -1.7e308
    document = client.curves.get("batches/error").to_dict()
    document["characteristics"][0]["biases"] = [1e308 for _ in document["characteristics"][0]["biases"]]
    document["characteristics"][0]["mean_bias"] = 1e308
    client.curves.put(document, "batches/huge")
    given = {form: getattr(samples, form)}
    with pytest.raises(ServiceError) as caught:
        client.calibrate("batches/huge", rewards=rewards, **given)
    assert caught.value.places[0].row == 107
    assert "row 107" in str(caught.value)


def test_a_curve_that_comes_between_two_parts(service: str, monkeypatch: pytest.MonkeyPatch) -> None:
    samples, client = scored(120), Client(service, max_batch=50)
    expected = Client(service).fit_calibrate(rewards=samples.rewards, chars=samples.chars)
    calls_of(
        client,
        monkeypatch,
        lambda: Client(service).fit("batches/late", rewards=samples.rewards, chars=samples.chars),
    )
    calibrated = client.calibrate(
        "batches/late", rewards=samples.rewards, chars=samples.chars, on_missing_curve="passthrough"
    )
    assert (calibrated.version, calibrated.calibrated) == (1, True)
    assert calibrated.rewards == expected.rewards
    raw = client.calibrate(
        "batches/none", rewards=samples.rewards, chars=samples.chars, on_missing_curve="passthrough"
    )
    assert (raw.version, raw.calibrated, raw.rewards) == (None, False, samples.rewards)
    assert "no curve" in str(raw)


def test_keep_mean_and_observe(service: str) -> None:
    client = Client(service, max_batch=300)
    for count in (60, 700):
        samples = scored(count)
        name = f"batches/observe-{count}"
        client.fit(name, rewards=samples.rewards, chars=samples.chars)
        for given in ({"chars": samples.chars}, {"responses": samples.responses}):
            kept = client.calibrate(name, rewards=samples.rewards, keep_mean=True, observe=True, **given)
            assert sum(kept.rewards) == pytest.approx(sum(samples.rewards))
        refit = client.refit(name, frac=0.6)
        assert (refit.samples, refit.version) == (2 * count, 2)


def test_many_threads_share_a_client(service: str) -> None:
    samples, client = scored(400), Client(service)
    client.fit("batches/threads", rewards=samples.rewards, chars=samples.chars)
    whole = client.calibrate("batches/threads", rewards=samples.rewards, chars=samples.chars)

    def part(number: int) -> bool:
        rows = slice(number % 300, number % 300 + 40)
        column = "responses" if number % 2 else "chars"
        given = {column: getattr(samples, column)[rows]}
        calibrated = client.calibrate("batches/threads", rewards=samples.rewards[rows], **given)
        return as_list(calibrated.rewards) == whole.rewards[rows]

    with ThreadPoolExecutor(32) as threads:
        assert all(threads.map(part, range(640)))
    assert len(client.transport._connections._idle) <= 32


@pytest.mark.parametrize("combine", ["mean", "min", "lower-confidence"])
def test_several_reward_models(service: str, combine: Any) -> None:
    samples = scored(130)
    client = Client(service, max_batch=100)
    other = [2 * reward + 5 for reward in samples.rewards]
    client.fit("combine/one", rewards=samples.rewards, chars=samples.chars)
    client.fit("combine/other", rewards=other, chars=samples.chars)
    rewards = {"combine/one": samples.rewards, "combine/other": other}
    combined = client.combine(
        rewards=rewards, responses=samples.responses, combine=combine, tokens=samples.chars
    )
    whole = Client(service).combine(rewards=rewards, chars=samples.chars, combine=combine)
    assert combined.rewards == whole.rewards
    assert combined.unused == ("tokens",)
    assert set(combined.versions) == set(combined.members) == set(rewards)
    frame = {"a": samples.rewards, "b": other, "response": samples.responses}
    named = client.combine(frame, rewards={"combine/one": "a", "combine/other": "b"}, combine=combine)
    assert named.rewards == whole.rewards
    pairs = zip(*whole.members.values(), strict=True)
    if combine != "lower-confidence":
        expected = [min(pair) if combine == "min" else sum(pair) / 2 for pair in pairs]
        assert whole.rewards == pytest.approx(expected)
