"""Evaluations, verdicts and leaderboards."""

from __future__ import annotations

import random
from typing import Any

import pytest
from scored import FRAME_FORMS, scored

from reward_calibration import Client, InputError


@pytest.fixture(scope="module")
def client(service: str) -> Client:
    client, samples = Client(service), scored(400)
    client.fit("labels/rm", rewards=samples.rewards, chars=samples.chars)
    return client


def pairs(count: int = 120) -> dict[str, list[Any]]:
    one, other = scored(count, seed=21), scored(count, seed=22)
    return {
        "reward": one.rewards,
        "chosen_reward": one.rewards,
        "rejected_reward": other.rewards,
        "chosen": one.responses,
        "rejected": other.responses,
        "prompt": one.prompts,
        "subset": ["even" if i % 2 == 0 else "odd" for i in range(count)],
        "n_chosen": one.chars,
        "n_rejected": other.chars,
    }


def as_pairs(columns: dict[str, list[Any]]) -> list[dict[str, Any]]:
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    return [
        {
            "chosen": {"reward": row["chosen_reward"], "response": row["chosen"], "prompt": row["prompt"]},
            "rejected": {
                "reward": row["rejected_reward"],
                "response": row["rejected"],
                "prompt": row["prompt"],
            },
            "subset": row["subset"],
        }
        for row in rows
    ]


def without_time(evaluation: Any) -> dict[str, Any]:
    answer = {**evaluation.answer}
    answer["diagnostics"] = {**answer["diagnostics"], "fit_seconds": 0}
    answer["audit"] = {**answer["audit"], "fitted_at": None}
    return answer


@pytest.mark.parametrize("form", FRAME_FORMS)
@pytest.mark.parametrize("reward_model", [None, "labels/rm"])
def test_every_form_of_pairs_is_judged_alike(client: Client, form: str, reward_model: str | None) -> None:
    columns = pairs()
    expected = client.evaluate(pairs=as_pairs(columns), reward_model=reward_model)
    table = FRAME_FORMS[form](columns)
    frame = client.evaluate(table, reward_model=reward_model)
    measured = client.evaluate(
        table, reward_model=reward_model, chosen_chars="n_chosen", rejected_chars="n_rejected"
    )
    assert without_time(frame) == without_time(expected) == without_time(measured)
    assert without_time(client.evaluate(as_pairs(columns), reward_model=reward_model)) == without_time(
        expected
    )
    assert frame.pairs == 120
    assert [subset["name"] for subset in frame.subsets] == ["even", "odd"]
    assert frame.gain == pytest.approx(frame.accuracy_calibrated - frame.accuracy_raw)
    assert str(frame).count("\n") == 1


def test_columns_of_pairs(client: Client) -> None:
    columns = pairs()
    rewards = {"chosen_reward": columns["chosen_reward"], "rejected_reward": columns["rejected_reward"]}
    by_tokens = client.evaluate(
        **rewards, chosen_tokens=columns["n_chosen"], rejected_tokens=columns["n_rejected"]
    )
    assert [one["name"] for one in by_tokens.answer["characteristics"]] == ["tokens"]
    by_chars = client.evaluate(
        **rewards, chosen_chars=columns["n_chosen"], rejected_chars=columns["n_rejected"]
    )
    assert by_chars.gain == by_tokens.gain
    settings = client.evaluate(
        **rewards,
        chosen_chars=columns["n_chosen"],
        rejected_chars=columns["n_rejected"],
        frac=0.9,
        ties="wrong",
        bootstrap={"resamples": 200, "seed": 5},
    )
    assert settings.answer["frac"] == 0.9
    assert settings.answer["ties"] == "wrong"
    assert settings.answer["accuracy"]["resamples"] == 200


def test_rows_of_reward_bench(client: Client) -> None:
    columns = pairs()
    rows = [
        {
            "scores_chosen": [chosen],
            "scores_rejected": rejected,
            "text_chosen": text,
            "text_rejected": other,
            "subset": "hep-python",
            "anything": 1,
        }
        for chosen, rejected, text, other in zip(
            columns["chosen_reward"],
            columns["rejected_reward"],
            columns["chosen"],
            columns["rejected"],
            strict=True,
        )
    ]
    evaluation = client.evaluate(rows, protocol="reward-bench")
    assert evaluation.answer["reward_bench"]["sections"][0]["name"] == "Reasoning"
    assert client.evaluate(rows=rows).gain == evaluation.gain


def test_wrong_pairs(client: Client) -> None:
    columns = pairs(20)
    for given, words in (
        ({"chosen_reward": [1.0]}, "rejected_reward are needed"),
        ({"chosen_reward": [1.0], "rejected_reward": [1.0, 2.0]}, "2 rows"),
        ({"chosen_reward": [1.0], "rejected_reward": [0.0], "chosen_chars": [1]}, "needs rejected_chars="),
        ({"chosen_reward": [1.0], "rejected_reward": [0.0], "chars": [1]}, "chosen_NAME="),
        ({"pairs": as_pairs(columns), "rows": []}, "one of"),
        ({"pairs": as_pairs(columns), "chosen": "text"}, "names a column"),
        ({"chosen_reward": [], "rejected_reward": []}, "no pairs"),
        (
            {"chosen_reward": [1.0], "rejected_reward": [0.0], "chosen": ["a"], "rejected": [None]},
            "rejected, row 0",
        ),
    ):
        with pytest.raises(InputError, match=words):
            client.evaluate(**given)  # type: ignore[arg-type]


def test_a_verdict_of_labels_is_kept_with_the_curve(client: Client) -> None:
    samples = scored(400)
    client.fit("labels/audit", rewards=samples.rewards, chars=samples.chars)
    asked = client.disputed_pairs(
        "labels/audit", rewards=samples.rewards, chars=samples.chars, groups=samples.prompts
    )
    chance = random.Random(1)
    labels = {pair["id"]: chance.choice(["left", "right", "tie"]) for pair in asked.ask}
    verdict = client.verdict(key=asked, labels=labels)
    listed = [{"id": name, "preferred": preferred} for name, preferred in labels.items()]
    assert client.verdict(key=asked.key, labels=listed).answer == verdict.answer
    assert (verdict.labels + verdict.answer["ties"], verdict.reward_model, verdict.version) == (
        20,
        "labels/audit",
        1,
    )
    assert verdict.alpha in (0, 0.5, 1)
    assert client.curves.audit(None, verdict)["audit"]["labels"] == verdict.labels
    assert client.curves.audit("labels/audit", verdict.answer)["version"] == 1
    assert client.curves.history("labels/audit")["versions"][0]["audit"] == verdict.answer
    assert client.curves.remove_audit("labels/audit", 1)["audit"] is None
    changed = client.curves.strength("labels/audit", verdict.alpha if verdict.alpha != 1 else 0.25)
    assert changed["version"] == 2


def test_verdicts_of_counts_and_of_pairs(client: Client) -> None:
    counted = client.verdict(counts={"fixed": 14, "broken": 6, "share_disputed": 0.13, "pairs": 1250})
    assert (counted.code, counted.strength, counted.labels) == ("calibrate", "strong", 20)
    columns = pairs()
    judged = client.verdict(columns, reward_model="labels/rm")
    assert judged.answer == client.verdict(pairs=as_pairs(columns), reward_model="labels/rm").answer
    evaluated = client.evaluate(columns, reward_model="labels/rm")
    assert judged.code == evaluated.code
    assert client.curves.audit("labels/rm", evaluated)["audit"]["labels"] == judged.labels
    with pytest.raises(InputError, match="either"):
        client.verdict(columns, counts={"fixed": 1})


def outputs(count: int = 40) -> dict[str, list[Any]]:
    samples = scored(3 * count, seed=31)
    return {
        "generator": [f"g{i // count}" for i in range(3 * count)],
        "prompt_id": [i % count for i in range(3 * count)],
        "reward": samples.rewards,
        "response": samples.responses,
        "n": samples.chars,
    }


@pytest.mark.parametrize("form", FRAME_FORMS)
@pytest.mark.parametrize("reward_model", [None, "labels/rm"])
def test_every_form_of_outputs_is_ranked_alike(client: Client, form: str, reward_model: str | None) -> None:
    columns = outputs()
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    fields = ("generator", "prompt_id", "reward", "response")
    listed = [{name: row[name] for name in fields} for row in rows if row["generator"] != "g0"]
    baseline = [{name: row[name] for name in fields[1:]} for row in rows if row["generator"] == "g0"]
    reference = {"g1": 3.0, "g2": 4.0}
    expected = client.leaderboard(listed, baseline=baseline, reference=reference, reward_model=reward_model)
    table = FRAME_FORMS[form](columns)
    named: dict[str, str] = {} if form != "list of dicts" else {"chars": "n"}
    ranked = client.leaderboard(table, baseline="g0", reference=reference, reward_model=reward_model, **named)
    measured = client.leaderboard(
        table, baseline="g0", reference=reference, reward_model=reward_model, chars="n"
    )
    assert ranked.generators == measured.generators == expected.generators
    assert ranked.agreement == expected.agreement is not None
    assert [one["generator"] for one in ranked.generators] in (["g1", "g2"], ["g2", "g1"])
    assert "g1" in str(ranked)


def test_a_baseline_of_its_own(client: Client) -> None:
    columns = outputs()
    ranked = client.leaderboard(
        {**columns, "tokens": columns["n"]},
        baseline={"prompt_id": columns["prompt_id"][:40], "tokens": columns["n"][:40]},
        characteristics=["tokens"],
    )
    assert len(ranked.generators) == 3
    for baseline, words in ((None, "baseline is needed"), ("g9", "no output is of the generator 'g9'")):
        with pytest.raises(InputError, match=words):
            client.leaderboard(columns, baseline=baseline)
