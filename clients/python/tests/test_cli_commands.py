"""What the commands do, beside what the client does in Python."""

from __future__ import annotations

import json
import signal
import subprocess
from pathlib import Path

import pytest
from cli_runs import COMMAND, SECRET, done, read_lines, run, scored_rows, write_lines

from reward_calibration import Client, Curve

MODEL = "tests/cli-commands"
ROWS = scored_rows(200, seed=11, prompts=40)
SCORES = [row["score"] for row in ROWS]
TEXTS = [row["completion"] for row in ROWS]
PROMPTS = [row["prompt"] for row in ROWS]


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_lines(tmp_path_factory.mktemp("commands") / "scored.jsonl", ROWS)


@pytest.mark.parametrize(
    ("options", "settings"),
    [
        ((), {}),
        (("--frac", "auto"), {"frac": "auto"}),
        (
            ("--estimator", "mean", "--ratio", "3", "--min-samples", "4"),
            {"estimator": "mean", "ratio": 3, "min_samples": 4},
        ),
        (("--estimator", "penalty", "--penalty", "0.01"), {"estimator": "penalty", "penalty": 0.01}),
        (("--iterations", "0", "--frac", "0.7"), {"iterations": 0, "frac": 0.7}),
        (("--alpha", "0.5"), {"characteristics": [{"name": "chars", "alpha": 0.5}]}),
        (
            ("--characteristic", "words", "--characteristic", "markdown"),
            {"characteristics": ["words", "markdown"]},
        ),
        (("--estimator", "lwr-within"), {"estimator": "lwr-within", "prompts": PROMPTS}),
    ],
)
def test_fit_takes_the_settings_of_the_client(
    options: tuple[str, ...], settings: dict[str, object], scored: Path, service: str
) -> None:
    ended = done(run("fit", scored, "-m", f"{MODEL}-fit", *options, "--json", url=service))
    answer = json.loads(ended.out)
    with Client(service) as client:
        client.fit(f"{MODEL}-fit-too", rewards=SCORES, responses=TEXTS, **settings)  # type: ignore[arg-type]
        here = client.curves.get(f"{MODEL}-fit", answer["version"])
        there = client.curves.get(f"{MODEL}-fit-too")
        for text, score in zip(TEXTS, SCORES, strict=True):
            pair = [curve.calibrate([score], responses=[text]).rewards for curve in (here, there)]
            assert pair[0] == pair[1]


def test_fit_prints_what_came_out_and_draws_it(scored: Path, service: str, tmp_path: Path) -> None:
    ended = done(run("fit", scored, "-m", f"{MODEL}-plot", "--plot", tmp_path / "curve.svg", url=service))
    assert f"{MODEL}-plot, version 1: fitted to 200 samples".encode() in ended.out
    assert (tmp_path / "curve.svg").read_text().startswith("<svg")
    assert SECRET not in ended.err


def test_numbers_are_read_from_the_columns_that_are_named(service: str, tmp_path: Path) -> None:
    rows = [{"reward": row["score"], "n_tokens": i * 3 % 71, "chars": i % 13} for i, row in enumerate(ROWS)]
    path = write_lines(tmp_path / "numbers.jsonl", rows)
    nested = write_lines(
        tmp_path / "nested.jsonl",
        [{"reward": row["reward"], "characteristics": {"tokens": row["n_tokens"]}} for row in rows],
    )
    answers = []
    for file, given in (
        (path, "tokens=n_tokens"),
        (nested, "tokens"),
        (nested, "tokens=characteristics.tokens"),
    ):
        model = f"{MODEL}-{len(answers)}"
        done(run("fit", file, "-m", model, "--characteristic", given, url=service))
        option = ["--characteristic", given] if "=" in given else []
        answers.append(
            [
                row["calibrated_reward"]
                for row in read_lines(done(run("calibrate", file, "-m", model, *option, url=service)).out)
            ]
        )
    assert answers[0] == answers[1] == answers[2]
    told = done(run("fit", path, "-m", f"{MODEL}-chars", url=service)).lines
    assert told == ["reading rewards from 'reward', chars from 'chars'"]


def test_an_exported_curve_calibrates_without_the_service(scored: Path, service: str, tmp_path: Path) -> None:
    done(run("fit", scored, "-m", f"{MODEL}-export", url=service))
    done(run("curves", "export", f"{MODEL}-export", "-o", tmp_path / "curve.json", url=service))
    by_service = done(run("calibrate", scored, "-m", f"{MODEL}-export", url=service))
    alone = done(run("calibrate", scored, "--curve", tmp_path / "curve.json", url="http://127.0.0.1:9"))
    assert alone.out == by_service.out
    assert run("calibrate", scored, "--curve", tmp_path / "curve.json", "--observe").code == 1
    assert run("calibrate", scored).code == 1
    assert (
        "cannot read the curve nowhere.json: no such file"
        in run("calibrate", scored, "--curve", "nowhere.json").lines[-1]
    )


def test_keep_mean_and_observe_reach_the_service(scored: Path, service: str) -> None:
    done(run("fit", scored, "-m", f"{MODEL}-mean", url=service))
    ended = done(run("calibrate", scored, "-m", f"{MODEL}-mean", "--keep-mean", "--observe", url=service))
    with Client(service) as client:
        kept = client.calibrate(f"{MODEL}-mean", rewards=SCORES, responses=TEXTS, keep_mean=True)
        assert [row["calibrated_reward"] for row in read_lines(ended.out)] == kept.rewards
        assert client.refit(f"{MODEL}-mean").samples == len(ROWS)


def test_extrapolated_rows_are_counted(scored: Path, service: str, tmp_path: Path) -> None:
    done(run("fit", scored, "-m", f"{MODEL}-range", url=service))
    far = [{"score": 1, "completion": "a" * length} for length in (1, 100, 9_000, 9_500)]
    ended = done(
        run("calibrate", write_lines(tmp_path / "far.jsonl", far), "-m", f"{MODEL}-range", url=service)
    )
    with Client(service) as client:
        texts = [row["completion"] for row in far]
        outside = client.calibrate(f"{MODEL}-range", rewards=[1, 1, 1, 1], responses=texts).extrapolated
    assert sum(outside) > 0
    assert ended.lines[-1].startswith(f"{sum(outside)} of them lie outside the range")


@pytest.mark.parametrize("select", ["best-worst", "best-random", "all-above-margin"])
def test_pairs_are_those_of_the_client(select: str, scored: Path, service: str, tmp_path: Path) -> None:
    done(run("fit", scored, "-m", f"{MODEL}-pairs", url=service))
    options = ("--select", select, "--min-margin", "0.1", "--seed", "3", "--scores")
    out = tmp_path / "dpo.jsonl.gz"
    ended = done(run("pairs", scored, "-o", out, "-m", f"{MODEL}-pairs", *options, url=service))
    with Client(service) as client:
        expected = client.preference_pairs(
            f"{MODEL}-pairs",
            rewards=SCORES,
            responses=TEXTS,
            prompts=PROMPTS,
            select=select,  # type: ignore[arg-type]
            min_margin=0.1,
            seed=3,
            include_scores=True,
        )
    import gzip

    assert read_lines(gzip.decompress(out.read_bytes())) == [dict(pair) for pair in expected]
    assert len(expected) > 30
    assert ended.out == b""
    assert f"{len(expected)} pairs of 40 prompts" in ended.err
    assert SECRET not in ended.err


def test_pairs_of_messages_are_messages(service: str, tmp_path: Path) -> None:
    rows = [
        {
            "prompt": [{"role": "user", "content": row["prompt"]}],
            "response": [{"role": "assistant", "content": row["completion"]}],
            "reward": row["score"],
        }
        for row in ROWS
    ]
    path = write_lines(tmp_path / "messages.jsonl", rows)
    done(run("fit", path, "-m", f"{MODEL}-messages", url=service))
    pairs = read_lines(done(run("pairs", path, "-m", f"{MODEL}-messages", url=service)).out)
    assert len(pairs) == 40
    for pair in pairs:
        assert pair["prompt"] in [row["prompt"] for row in rows]
        assert {len(pair["chosen"]), len(pair["rejected"])} == {1}  # type: ignore[arg-type]
    wrong = run("pairs", path, "-o", tmp_path / "dpo.csv", "-m", f"{MODEL}-messages", url=service)
    assert wrong.code == 1
    assert "pairs are written as JSON lines" in wrong.lines[-1]


def test_curves_from_the_first_version_to_the_last(scored: Path, service: str, tmp_path: Path) -> None:
    model, other = f"{MODEL}-life", f"{MODEL}-life-too"

    def curves(*arguments: str | Path) -> str:
        return done(run("curves", *arguments, url=service)).out.decode()

    def told(*arguments: str | Path) -> str:
        return done(run("curves", *arguments, url=service)).err

    done(run("fit", scored, "-m", model, url=service))
    assert f"version 2 of {model} is current (0.5·chars)" in told("strength", model, "0.5")
    assert "current" in curves("show", model)
    assert json.loads(curves("show", model, "--json"))["current"] == 2
    assert f"version 1 of {model} is current" in told("rollback", model)
    curve = Curve.from_json(curves("export", model, "--version", "1"))
    curve.save(tmp_path / "curve.json")
    assert f"version 1 of {other} is current" in told("import", tmp_path / "curve.json", "-m", other)
    listed = curves()
    assert listed == curves("list")
    assert model in listed
    assert other in listed
    assert {model, other} <= {one["reward_model"] for one in json.loads(curves("--json"))["curves"]}
    verdict = run("label", scored, "-m", model, "--json", url=service, stdin=b"1\n2\n" * 10)
    (tmp_path / "verdict.json").write_bytes(done(verdict).out)
    told("audit", model, tmp_path / "verdict.json")
    assert json.loads(curves("show", model, "--json"))["versions"][0]["audit"] is not None
    told("remove-audit", model, "1")
    assert json.loads(curves("show", model, "--json"))["versions"][0]["audit"] is None
    assert curves("plot", model, "--version", "1", "--version", "2", "--theme", "dark").startswith("<svg")
    assert run("curves", "delete", model, url=service).code == 2
    told("delete", model, "--version", "2")
    told("delete", model, "--all")
    assert model not in [one["reward_model"] for one in json.loads(curves("list", "--json"))["curves"]]
    assert run("curves", "show", model, url=service).code == 1
    assert "is not JSON" in run("curves", "import", scored, url=service).lines[-1]
    # What stands before the further command counts as what stands behind it.
    assert run("curves", "--url", "http://127.0.0.1:9", "list", url=service).code == 3


def test_watch_shows_the_activity_until_it_is_interrupted(scored: Path, service: str) -> None:
    done(run("fit", scored, "-m", f"{MODEL}-watch", url=service))
    done(run("calibrate", scored, "-m", f"{MODEL}-watch", url=service))
    table = done(run("watch", "--once", url=service)).out.decode()
    assert f"{MODEL}-watch" in table
    row = next(line for line in table.splitlines() if line.startswith(f"{MODEL}-watch"))
    assert row.split()[1:3] == ["1", "200"]
    process = subprocess.Popen(
        [COMMAND, "watch", "--json", "--interval", "0.2", "--url", service],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    seen = [json.loads(process.stdout.readline()) for _ in range(3)]
    process.send_signal(signal.SIGINT)
    process.communicate()
    assert process.returncode == 130
    assert [set(one) for one in seen] == [{"seconds", "reward_models", "upstreams"}] * 3


def test_a_key_comes_by_option_or_environment(start_service, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    with start_service(API_KEYS="first-secret-key-of-the-test") as url:
        refused = run("curves", url=url)
        assert refused.code == 1
        assert len(refused.lines) == 1
        assert "REWARD_CALIBRATION_API_KEY" in refused.lines[0]
        wrong = run("curves", "--api-key", "another-key", url=url)
        assert (wrong.code, len(wrong.lines)) == (1, 1)
        assert "another-key" not in wrong.err
        done(run("curves", "--api-key", "first-secret-key-of-the-test", url=url))
        done(
            run("curves", url=url, environment={"REWARD_CALIBRATION_API_KEY": "first-secret-key-of-the-test"})
        )
