"""Labelled pairs as people have them, and what the command line says of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli_runs import SECRET, done, run, scored_rows, write_lines

from reward_calibration import Client

MODEL = "tests/cli-evaluate"
ROWS = scored_rows(200, seed=11, prompts=40)


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_lines(tmp_path_factory.mktemp("evaluate") / "scored.jsonl", ROWS)


def labelled(count: int = 80) -> list[dict[str, object]]:
    return [
        {
            "prompt": f"p{place % 37}",
            "subset": f"s{place % 3}",
            "chosen": {"reward": one["score"], "response": one["completion"]},
            "rejected": {"reward": other["score"], "response": other["completion"]},
        }
        for place, (one, other) in enumerate(zip(ROWS[:count], ROWS[count : 2 * count], strict=True))
    ]


def flat(names: tuple[str, str, str, str], *, as_list: bool = False) -> list[dict[str, object]]:
    rows = []
    for pair in labelled():
        chosen, rejected = pair["chosen"], pair["rejected"]
        assert isinstance(chosen, dict)
        assert isinstance(rejected, dict)
        values = [chosen["reward"], rejected["reward"]]
        texts = [chosen["response"], rejected["response"]]
        listed = [[value] for value in values] if as_list else values
        rows.append(
            dict(zip(names, [*listed, *texts], strict=True))
            | {"subset": pair["subset"], "prompt": pair["prompt"]}
        )
    return rows


def implicit_prompt() -> list[dict[str, object]]:
    """As TRL has it: both sides are whole conversations."""
    rows = []
    for row in flat(("score_chosen", "score_rejected", "chosen", "rejected")):
        asked = [{"role": "user", "content": row.pop("prompt")}]
        for side in ("chosen", "rejected"):
            row[side] = [*asked, {"role": "assistant", "content": row[side]}]
        rows.append(row)
    return rows


PAIR_FILES = {
    "as the service has them": labelled(),
    "flat": flat(("chosen_reward", "rejected_reward", "chosen", "rejected")),
    "scores": flat(("score_chosen", "score_rejected", "response_chosen", "response_rejected")),
    "RewardBench": flat(("scores_chosen", "scores_rejected", "text_chosen", "text_rejected"), as_list=True),
    "implicit prompt": implicit_prompt(),
}


@pytest.mark.parametrize("kind", PAIR_FILES)
def test_evaluate_reads_pairs_as_people_have_them(kind: str, service: str, tmp_path: Path) -> None:
    path = write_lines(tmp_path / "pairs.jsonl", PAIR_FILES[kind])
    answer = json.loads(done(run("evaluate", path, "--json", url=service)).out)
    pairs = [
        {
            "subset": pair["subset"],
            "chosen": {**pair["chosen"], "prompt": pair["prompt"]},  # type: ignore[dict-item]
            "rejected": {**pair["rejected"], "prompt": pair["prompt"]},  # type: ignore[dict-item]
        }
        for pair in labelled()
    ]
    with Client(service) as client:
        expected = client.evaluate(pairs=pairs).answer
    for name in ("accuracy", "subsets", "verdict", "pairs", "share_disputed"):
        assert answer[name] == expected[name]


def test_evaluate_uses_a_stored_curve(scored: Path, service: str, tmp_path: Path) -> None:
    done(run("fit", scored, "-m", f"{MODEL}-stored", "--characteristic", "words", url=service))
    path = write_lines(tmp_path / "pairs.jsonl", labelled())
    answer = json.loads(done(run("evaluate", path, "-m", f"{MODEL}-stored", "--json", url=service)).out)
    assert (answer["reward_model"], answer["version"]) == (f"{MODEL}-stored", 1)
    assert [one["name"] for one in answer["characteristics"]] == ["words"]
    told = done(run("evaluate", path, url=service))
    assert b"accuracy" in told.out.lower()
    refused = run("evaluate", path, "-m", f"{MODEL}-stored", "--frac", "0.3", url=service)
    assert refused.code == 1


def test_evaluate_refuses_by_line(service: str, tmp_path: Path) -> None:
    rows = labelled()
    rows[7]["rejected"] = {"reward": float("nan"), "response": SECRET}
    ended = run("evaluate", write_lines(tmp_path / "pairs.jsonl", rows), url=service)
    assert ended.code == 1
    assert "pairs.jsonl, line 8: 'rejected.reward' is NaN" in ended.lines[-1]
    only = write_lines(tmp_path / "scores.jsonl", [{"score_chosen": 1, "raw_score_chosen": 2, "chosen": "a"}])
    doubt = run("evaluate", only, url=service)
    assert "'score_chosen' or 'raw_score_chosen' may hold the rewards of chosen responses" in doubt.lines[-1]
