"""Labelling disputed pairs: blind, one key each, resumed, and what becomes of the verdict."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from cli_runs import COMMAND, SECRET, done, run, scored_rows, write_lines

from reward_calibration import Client

MODEL = "tests/cli-label"
ROWS = scored_rows(240, seed=21, prompts=60)
ANSWERS = b"1\n2\n0\n1\n2\n" * 4


@pytest.fixture
def scored(tmp_path: Path) -> Path:
    return write_lines(tmp_path / "scored.jsonl", ROWS)


@pytest.fixture(scope="module", autouse=True)
def curve(service: str) -> None:
    with Client(service) as client:
        for name in (MODEL, f"{MODEL}-attach"):
            client.fit(
                name,
                rewards=[row["score"] for row in ROWS],
                responses=[row["completion"] for row in ROWS],
            )


def state_of(path: Path) -> dict[str, object]:
    state: dict[str, object] = json.loads(Path(f"{path}.labels.json").read_text())
    return state


def test_answers_are_those_of_the_pairs_that_are_shown(scored: Path, service: str) -> None:
    ended = done(run("label", scored, "-m", MODEL, "--json", url=service, stdin=ANSWERS))
    with Client(service) as client:
        drawn = client.disputed_pairs(
            MODEL,
            rewards=[row["score"] for row in ROWS],
            responses=[row["completion"] for row in ROWS],
            prompts=[row["prompt"] for row in ROWS],
        )
        sides = {b"1": "left", b"2": "right", b"0": "tie"}
        labels = {pair["id"]: sides[answer] for pair, answer in zip(drawn.ask, ANSWERS.split(), strict=True)}
        expected = client.verdict(key=drawn.key, labels=labels)
    assert json.loads(ended.out) == expected.answer
    assert state_of(scored)["answers"] == labels
    # Shown: each prompt and both responses, and nothing of which side has the higher reward.
    shown = ended.err.split("── ")
    for pair in drawn.ask:
        left, right = pair["left"]["response"], pair["right"]["response"]
        view = next(one for one in shown if left in one and right in one)
        assert view.index(pair["prompt"]) < view.index(left) < view.index(right)
        for side in ("left", "right"):
            assert f"{ROWS[pair[side]['index']]['score']:.3f}" not in ended.err


def test_the_state_holds_no_text(scored: Path, service: str) -> None:
    done(run("label", scored, "-m", MODEL, url=service, stdin=ANSWERS))
    text = Path(f"{scored}.labels.json").read_text()
    assert SECRET not in text
    import base64

    key = str(state_of(scored)["key"]).split(".")[0]
    assert SECRET.encode() not in base64.urlsafe_b64decode(key + "==")
    assert set(state_of(scored)) == {
        "format",
        "reward_model",
        "version",
        "seed",
        "count",
        "purpose",
        "key",
        "asked",
        "answers",
        "attached",
        "attached_labels",
    }


def test_labelling_goes_on_where_it_stopped(scored: Path, service: str) -> None:
    whole = done(run("label", scored, "-m", MODEL, "--json", url=service, stdin=ANSWERS, folder=None))
    answers = state_of(scored)["answers"]
    Path(f"{scored}.labels.json").unlink()
    lines = ANSWERS.splitlines(keepends=True)
    pieces = (lines[:3], lines[3:4], lines[4:17], lines[17:])
    for place, piece in enumerate(pieces):
        stop = b"" if place == 3 else b"q\n"
        ended = done(run("label", scored, "-m", MODEL, "--json", url=service, stdin=b"".join(piece) + stop))
        labelled = sum(map(len, pieces[: place + 1]))
        assert len(state_of(scored)["answers"]) == labelled  # type: ignore[arg-type]
        if stop:
            assert f"{labelled} of 20 pairs are labelled; the same command goes on from there" in ended.err
    assert state_of(scored)["answers"] == answers
    assert ended.out == whole.out
    # Once more, with nothing left to answer: the verdict again.
    assert done(run("label", scored, "-m", MODEL, "--json", url=service)).out == whole.out


def test_back_takes_the_last_answer_away(scored: Path, service: str) -> None:
    done(run("label", scored, "-m", MODEL, url=service, stdin=b"1\n1\nb\n2\nb\nb\n0\n0\nq\n"))
    assert list(state_of(scored)["answers"].values()) == ["tie", "tie"]  # type: ignore[attr-defined]


def test_a_wrong_answer_ends_it_and_keeps_those_before(scored: Path, service: str) -> None:
    ended = run("label", scored, "-m", MODEL, url=service, stdin=b"1\n2\n3\n1\n")
    assert ended.code == 1
    assert ended.lines[-1] == "standard input, line 3: an answer is none of 1, 2, 0, b, q"
    assert ended.out == b""
    assert len(state_of(scored)["answers"]) == 2  # type: ignore[arg-type]


def test_the_end_of_the_answers_gives_a_preliminary_verdict(scored: Path, service: str) -> None:
    ended = done(run("label", scored, "-m", MODEL, "--attach", url=service, stdin=b"1\n2\n"))
    assert b"preliminary" in ended.out
    assert "nothing is attached: 2 of the labels prefer a response, at least 10 must" in ended.lines[-1]
    nothing = run("label", scored, "-m", MODEL, "--state", f"{scored}.other", url=service)
    assert (nothing.code, nothing.out) == (1, b"")
    assert "there is no verdict" in nothing.lines[-1]


def test_labels_of_other_samples_are_refused(scored: Path, service: str) -> None:
    done(run("label", scored, "-m", MODEL, url=service, stdin=b"1\nq\n"))
    state = f"{scored}.labels.json"
    other = write_lines(scored.with_name("other.jsonl"), scored_rows(240, seed=22, prompts=60))
    mixed = run("label", other, "-m", MODEL, "--state", state, url=service, stdin=b"1\n")
    assert mixed.code == 1
    assert "holds labels of other samples or of another curve" in mixed.lines[-1]
    seeded = run("label", scored, "-m", MODEL, "--seed", "5", url=service, stdin=b"1\n")
    assert seeded.code == 1
    assert "was begun with --seed 0, not 5" in seeded.lines[-1]
    wrong = run("label", scored, "-m", MODEL, "--state", scored, url=service, stdin=b"1\n")
    assert "holds no labels" in wrong.lines[-1]
    assert run("label", "-", "-m", MODEL, url=service).code == 1
    assert run("label", scored, "--attach", url=service).code == 1


def test_with_attach_the_verdict_is_kept_and_its_strength_current(scored: Path, service: str) -> None:
    model = f"{MODEL}-attach"
    arguments = ("label", scored, "-m", model, "--attach", "--json")
    verdict = json.loads(done(run(*arguments, url=service, stdin=b"1\n" * 20)).out)
    with Client(service) as client:
        history = client.curves.history(model)
        assert history["current"] == 2
        first, second = history["versions"]
        assert first["audit"]["probability"] == verdict["probability"]
        assert second["characteristics"][0]["alpha"] == verdict["alpha"]
        again = done(run(*arguments, url=service))
        assert "attached already: version 2" in again.lines[-1]
        assert any("all 20 answers are '1'" in line for line in again.lines)
        assert client.curves.history(model)["current"] == 2


def test_an_unclear_verdict_says_how_to_go_on_and_what_attaching_does(scored: Path, service: str) -> None:
    model = f"{MODEL}-further"
    with Client(service) as client:
        samples = {
            "rewards": [row["score"] for row in ROWS],
            "responses": [row["completion"] for row in ROWS],
        }
        client.fit(model, **samples)
        drawn = client.disputed_pairs(model, prompts=[row["prompt"] for row in ROWS], count=32, **samples)
    assert len(drawn.ask) == 32
    # Half of the labels side with the shorter response, which calibration mostly prefers.
    keys = []
    for place, pair in enumerate(drawn.ask):
        shorter = "1" if len(pair["left"]["response"]) < len(pair["right"]["response"]) else "2"
        keys.append(f"{shorter if place % 2 else 3 - int(shorter)}\n".encode())
    first = done(run("label", scored, "-m", model, "--attach", url=service, stdin=b"".join(keys[:20])))
    assert first.out.startswith(b"unclear (")
    assert b"(leaning)" not in first.out
    told = "\n".join(first.lines)
    more = json.loads(done(run("label", scored, "-m", model, "--json", url=service)).out)["more_labels"]
    assert f"{more} more may decide it: the same command with --count {20 + more} goes on" in told
    assert told.index("half the strength (alpha 0.5)") < told.index(f"version 2 of {model} is current")
    assert f"to undo: reward-calibration curves rollback {model} --version 1" in told
    before = state_of(scored)
    go_on = ("label", scored, "-m", model, "--attach", "--count", "32")
    further = done(run(*go_on, url=service, stdin=b"".join(keys[20:])))
    assert "12 further pairs besides the 20" in further.err
    after = state_of(scored)
    assert after["asked"] == [pair["id"] for pair in drawn.ask]
    assert list(after["answers"].items())[:20] == list(before["answers"].items())  # type: ignore[attr-defined]
    assert len(after["answers"]) == 32  # type: ignore[arg-type]
    # The verdict of more labels is attached in its turn.
    assert (after["version"], after["attached"], after["attached_labels"]) == (1, 3, 32)
    # Without --count it is the greater one from now on; fewer are refused.
    assert "32 of them are labelled already" in done(run("label", scored, "-m", model, url=service)).err
    assert run("label", scored, "-m", model, "--count", "20", url=service).code == 1


def test_without_a_reward_model_a_curve_is_fitted_and_not_kept(scored: Path, service: str) -> None:
    first = done(run("label", scored, "--json", url=service, stdin=b"1\n2\nq\n"))
    again = done(run("label", scored, "--json", url=service, stdin=b"1\n" * 18))
    assert json.loads(first.out)["reward_model"] is None
    assert json.loads(again.out)["labels"] == 20


@pytest.mark.skipif(os.name != "posix", reason="needs a pseudo-terminal")
def test_on_a_terminal_one_key_is_enough(scored: Path, service: str) -> None:
    import pty

    keyboard, terminal = pty.openpty()
    process = subprocess.Popen(
        [COMMAND, "label", scored, "-m", MODEL, "--json", "--url", service],
        stdin=terminal,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stderr is not None
    # What is typed ahead counts; x is none of the keys and is passed over.
    os.write(keyboard, b"1x2")
    said = b""
    while said.count(b"stop)? ") < 3:
        said += os.read(process.stderr.fileno(), 1)
    os.write(keyboard, b"q")
    out, _ = process.communicate()
    os.close(keyboard)
    os.close(terminal)
    assert process.returncode == 0
    assert json.loads(out)["labels"] == 2
    assert list(state_of(scored)["answers"].values()) == ["left", "right"]  # type: ignore[attr-defined]


def test_what_a_text_would_have_a_terminal_do_is_taken_out(service: str, tmp_path: Path) -> None:
    rows = [{**row, "completion": f"\x1b[2J\x9b\u202e{row['completion']}\r"} for row in ROWS]
    path = write_lines(tmp_path / "scored.jsonl", rows)
    shown = done(run("label", path, "-m", MODEL, url=service, stdin=ANSWERS)).err
    assert SECRET in shown
    for control in ("\x1b", "\x9b", "\u202e", "\r"):
        assert control not in shown
