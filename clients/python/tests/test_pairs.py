"""Preference pairs and disputed pairs: the rows may stand in any order."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pandas
import pytest
from scored import FRAME_FORMS, odd_index, scored

from reward_calibration import Client, InputError, ServiceError


@pytest.fixture(scope="module")
def client(service: str) -> Client:
    client, samples = Client(service), scored(400)
    client.fit("pairs/rm", rewards=samples.rewards, chars=samples.chars)
    return client


def frame(count: int = 200) -> dict[str, list[Any]]:
    samples = scored(count, seed=11)
    return {
        "reward": samples.rewards,
        "response": samples.responses,
        "prompt": samples.prompts,
        "n": samples.chars,
        "id": [f"r{i}" for i in range(count)],
    }


def shuffled(columns: dict[str, list[Any]], seed: int = 3) -> dict[str, list[Any]]:
    order = list(range(len(columns["reward"])))
    random.Random(seed).shuffle(order)
    return {name: [values[i] for i in order] for name, values in columns.items()}


def as_set(pairs: Any) -> set[str]:
    return {json.dumps(pair, sort_keys=True) for pair in pairs}


@pytest.mark.parametrize("select", ["best-worst", "all-above-margin"])
def test_rows_in_any_order_make_the_same_preference_pairs(client: Client, select: Any) -> None:
    ordered = client.preference_pairs("pairs/rm", frame(), select=select, include_scores=True)
    mixed = client.preference_pairs("pairs/rm", shuffled(frame()), select=select, include_scores=True)
    assert as_set(ordered) == as_set(mixed)
    counts = ("groups", "responses", "pairs", "skipped", "changed")
    assert [ordered.summary[name] for name in counts] == [mixed.summary[name] for name in counts]
    assert len(ordered) >= 50
    assert ordered.version == 1
    for pair in ordered:
        assert pair["score_chosen"] - pair["score_rejected"] == pytest.approx(pair["margin"])
        assert pair["margin"] > 0


@pytest.mark.parametrize("form", FRAME_FORMS)
def test_every_frame_makes_the_same_preference_pairs(client: Client, form: str) -> None:
    expected = client.preference_pairs("pairs/rm", frame()).rows
    assert client.preference_pairs("pairs/rm", FRAME_FORMS[form](frame())).rows == expected
    assert client.preference_pairs("pairs/rm", FRAME_FORMS[form](frame()), chars="n").rows == expected


def test_pairs_are_chosen_by_calibrated_reward(client: Client) -> None:
    columns = frame()
    calibrated = client.calibrate("pairs/rm", columns).rewards
    best: dict[str, tuple[float, str]] = {}
    worst: dict[str, tuple[float, str]] = {}
    for prompt, reward, response in zip(columns["prompt"], calibrated, columns["response"], strict=True):
        best[prompt] = max(best.get(prompt, (reward, response)), (reward, response))
        worst[prompt] = min(worst.get(prompt, (reward, response)), (reward, response))
    pairs = client.preference_pairs("pairs/rm", shuffled(columns))
    assert {(pair["prompt"], pair["chosen"], pair["rejected"]) for pair in pairs} == {
        (prompt, best[prompt][1], worst[prompt][1]) for prompt in best
    }


def test_messages_come_out_as_they_came_in(client: Client, tmp_path: Path) -> None:
    columns = frame(40)
    as_messages = {
        **columns,
        "prompt": [[{"role": "user", "content": text}] for text in columns["prompt"]],
        "response": [[{"role": "assistant", "content": text}] for text in columns["response"]],
    }
    texts = client.preference_pairs("pairs/rm", columns)
    messages = client.preference_pairs("pairs/rm", shuffled(as_messages))
    assert {(pair["prompt"], pair["chosen"]) for pair in texts} == {
        (pair["prompt"][0]["content"], pair["chosen"][0]["content"]) for pair in messages
    }
    path = tmp_path / "dpo.jsonl"
    messages.to_jsonl(path)
    assert [json.loads(line) for line in path.read_text("utf-8").splitlines()] == list(messages)


def test_options_of_preference_pairs(client: Client) -> None:
    everything = client.preference_pairs("pairs/rm", frame(), select="all-above-margin")
    wide = client.preference_pairs("pairs/rm", frame(), select="all-above-margin", min_margin=1.5)
    assert 0 < len(wide) < len(everything)
    assert all(pair["margin"] > 1.5 for pair in wide)
    drawn = [
        client.preference_pairs("pairs/rm", frame(), select="best-random", seed=seed).rows
        for seed in (1, 1, 2)
    ]
    assert drawn[0] == drawn[1] != drawn[2]
    raw = client.preference_pairs("pairs/none", frame(), on_missing_curve="passthrough")
    assert raw.version is None
    assert "raw reward" in str(raw)
    unused = client.preference_pairs("pairs/rm", frame(), tokens="n", chars="n")
    assert unused.unused == ("tokens",)
    with pytest.raises(InputError, match="prompts and responses are needed"):
        client.preference_pairs("pairs/rm", rewards=[1.0], chars=[1])


def test_a_wrong_response_is_named_by_the_caller_s_row(client: Client) -> None:
    columns = shuffled(frame(40))
    samples = scored(60)
    client.fit("pairs/tokens", rewards=samples.rewards, tokens=samples.chars)
    huge = client.curves.get("pairs/rm").to_dict()
    huge["characteristics"][0]["biases"] = [1e308 for _ in huge["characteristics"][0]["biases"]]
    huge["characteristics"][0]["mean_bias"] = 1e308
    client.curves.put(huge, "pairs/huge")
    columns["reward"][23] = -1.7e308
    with pytest.raises(ServiceError) as caught:
        client.preference_pairs("pairs/huge", columns)
    assert "\n" not in str(caught.value)
    assert columns["response"][23] not in str(caught.value)
    place = caught.value.places[0]
    assert place.row is not None
    assert columns["prompt"][place.row] == columns["prompt"][23]


def shown(columns: dict[str, list[Any]], asked: Any) -> list[tuple[str, ...]]:
    """The pairs to label as texts, and a check that the indices are those of the caller's rows."""
    pairs = []
    for pair in asked.ask:
        rows = [pair[side]["index"] for side in ("left", "right")]
        for side, row in zip(("left", "right"), rows, strict=True):
            if "response" in pair[side]:
                assert pair[side]["response"] == columns["response"][row]
            if "id" in pair[side]:
                assert pair[side]["id"] == columns["id"][row]
        assert columns["prompt"][rows[0]] == columns["prompt"][rows[1]]
        if "prompt" in pair:
            assert pair["prompt"] == columns["prompt"][rows[0]]
        pairs.append((pair["id"], *(columns["id"][row] for row in rows)))
    return pairs


@pytest.mark.parametrize("reward_model", ["pairs/rm", None])
@pytest.mark.parametrize("by", ["text", "numbers"])
@pytest.mark.parametrize("count", [200, 600])
def test_disputed_pairs_in_any_order(client: Client, reward_model: str | None, by: str, count: int) -> None:
    columns = frame(count)
    given: dict[str, Any] = {"chars": "n"} if by == "numbers" else {}
    asked = client.disputed_pairs(reward_model, columns, ids="id", count=12, seed=5, **given)
    mixed_columns = shuffled(columns)
    mixed = client.disputed_pairs(reward_model, mixed_columns, ids="id", count=12, seed=5, **given)
    assert shown(columns, asked) == shown(mixed_columns, mixed)
    assert len(asked.ask) == 12
    assert (asked.pairs, asked.disputed) == (mixed.pairs, mixed.disputed)
    assert (asked.reward_model, asked.version) == ((reward_model, 1) if reward_model else (None, None))
    without_ids = client.disputed_pairs(reward_model, mixed_columns, count=12, **given)
    shown(mixed_columns, without_ids)
    assert without_ids.disputed == asked.disputed
    blind = client.disputed_pairs(reward_model, mixed_columns, count=12, include=(), **given)
    assert blind.ask[0].keys() == {"id", "left", "right"}


@pytest.mark.parametrize("count", [40, 600])
def test_disputed_pairs_of_numbers_alone(client: Client, count: int) -> None:
    columns = frame(count)
    rewards = pandas.Series(columns["reward"], index=odd_index(count))
    asked = client.disputed_pairs(
        "pairs/rm",
        rewards=rewards,
        chars=columns["n"],
        groups=[(text,) for text in columns["prompt"]],
        include=["responses"],
        count=1000,
        purpose="pairs",
    )
    shown(columns, asked)
    keyed = client.disputed_pairs("pairs/rm", rewards=rewards, chars=columns["n"], groups=columns["prompt"])
    assert keyed.ask[0]["prompt"] in columns["prompt"]
    calibrated = client.calibrate("pairs/rm", rewards=columns["reward"], chars=columns["n"]).rewards
    disputed = {
        frozenset((one, other))
        for one in range(count)
        for other in range(one)
        if columns["prompt"][one] == columns["prompt"][other]
        and (columns["reward"][one] - columns["reward"][other]) * (calibrated[one] - calibrated[other]) < 0
    }
    assert asked.disputed == len(disputed)
    assert {frozenset((pair["left"]["index"], pair["right"]["index"])) for pair in asked.ask} <= disputed


def test_wrong_ids_and_missing_prompts(client: Client) -> None:
    columns = frame(40)
    for ids, words in (([None] * 40, "row 0"), (["a"] * 39, "39 rows"), (["x" * 201] * 40, "200 characters")):
        with pytest.raises(InputError, match=words):
            client.disputed_pairs("pairs/rm", columns, ids=ids)
    with pytest.raises(InputError, match="prompts are needed"):
        client.disputed_pairs("pairs/rm", rewards=[1.0, 2.0], chars=[1, 2])
    with pytest.raises(ServiceError, match="row"):
        client.disputed_pairs("pairs/rm", columns, ids=["same"] * 40)
