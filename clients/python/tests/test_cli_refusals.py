"""What the command line refuses: one line that names file, line and rule, and nothing half written."""

from __future__ import annotations

import gzip
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from cli_runs import SECRET, done, run, scored_rows, write_lines

from reward_calibration import Client

MODEL = "tests/cli-refusals"
ROWS = scored_rows(40, seed=2)


@pytest.fixture(scope="module", autouse=True)
def curve(service: str) -> None:
    with Client(service) as client:
        client.fit(
            MODEL,
            rewards=[row["score"] for row in ROWS],
            responses=[row["completion"] for row in ROWS],
        )


def line(reward: str, response: str = f'"{SECRET}"', more: str = "") -> str:
    return f'{{"reward": {reward}, "response": {response}{more}}}\n'


GOOD = line("0.5")
LONE = '"\\ud83d"'
REFUSED = {
    "NaN": ("a.jsonl", GOOD + line("NaN"), "line 2: 'reward' is NaN"),
    "Infinity": ("a.jsonl", GOOD * 2 + line("-Infinity"), "line 3: 'reward' is -Infinity"),
    "overflow": ("a.jsonl", GOOD + line("1" + "0" * 400), "line 2: 'reward' is too large"),
    "null": ("a.jsonl", GOOD + line("null"), "line 2: 'reward' is null"),
    "boolean": ("a.jsonl", GOOD + line("true"), "line 2: 'reward' is true or false"),
    "text number": ("a.jsonl", GOOD + line('"0.5"'), "line 2: 'reward' is text, not a number"),
    "missing": ("a.jsonl", GOOD + '\n{"response": "a"}\n', "line 3: 'reward' is missing"),
    "no text": ("a.jsonl", GOOD + line("1", "7"), "line 2: 'response' is a number, not text"),
    "half a character": ("a.jsonl", GOOD + line("1", LONE), "line 2: 'response'"),
    "no assistant": (
        "a.jsonl",
        GOOD + line("1", f'[{{"role": "user", "content": "{SECRET}"}}]'),
        "line 2: 'response'",
    ),
    "an image": (
        "a.jsonl",
        GOOD + line("1", '[{"role": "assistant", "content": {"type": "image_url"}}]'),
        "line 2: 'response'",
    ),
    "no JSON": ("a.jsonl", GOOD + f'{{"reward": 1, "response": "{SECRET}\n', "line 2: is not JSON"),
    "no object": ("a.jsonl", GOOD + f'"{SECRET}"\n', "line 2: is not a JSON object"),
    "array in lines": ("a.jsonl", f"[{GOOD.strip()}]", "line 1: is a JSON array"),
    "deep": ("a.jsonl", GOOD + line("1", "[" * 100_000), "line 2: is not JSON"),
    "column exists": (
        "a.jsonl",
        GOOD + line("1", more=', "calibrated_reward": 1'),
        "line 2: has a column 'calibrated_reward' already",
    ),
    "empty": ("a.jsonl", "\n\n", "has no rows"),
    "not UTF-8": (
        "a.jsonl",
        GOOD.encode() + b'{"reward": 1, "response": "\xff"}',
        "line 2: byte 28 is not UTF-8",
    ),
    "UTF-16": ("a.csv", "reward,response\n1,a\n".encode("utf-16"), "is UTF-16"),
    "cut gzip": ("a.jsonl.gz", gzip.compress(GOOD.encode() * 99)[:-9], "is not a whole gzip file"),
    "cell empty": ("a.csv", "reward,response\n1,a\n,b\n", "line 3: 'reward' is empty"),
    "cell NaN": ("a.csv", 'reward,response\n1,"a\nb"\nnan,b\n', "line 4: 'reward' is nan"),
    "decimal comma": ("a.csv", 'reward,response\n"0,5",a\n', "line 2: 'reward' has a decimal comma"),
    "cell text": ("a.tsv", f"reward\tresponse\n{SECRET}\ta\n", "line 2: 'reward' is text, not a number"),
    "ragged": ("a.csv", f"reward,response\n1,a\n2,{SECRET},c\n", "line 3: has 3 cells; there are 2 columns"),
    "twice": ("a.csv", "reward,reward,response\n1,2,a\n", "two columns are called 'reward'"),
    "open quote": ("a.csv", f'reward,response\n1,a\n2,"{SECRET}\n', "line 3: is not CSV"),
    "array element": ("a.json", f"[{GOOD}, 7]", "row 2: is not a JSON object"),
    "not Parquet": ("a.parquet", SECRET, "is not Parquet"),
    "no ending": ("a.data", GOOD, "--format"),
    "no rewards": ("a.jsonl", f'{{"response": "{SECRET}", "length": 3}}', "no column for rewards"),
    "doubt": (
        "a.jsonl",
        '{"score": 1, "rating": 2, "response": "a"}',
        "'score' or 'rating' may hold the rewards",
    ),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_a_wrong_file_is_refused_in_one_line(kind: str, service: str, tmp_path: Path) -> None:
    name, content, words = REFUSED[kind]
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    out = tmp_path / "out.jsonl"
    out.write_text("as it was")
    ended = run("calibrate", path, "-o", out, "-m", MODEL, url=service)
    assert ended.code == 1
    told = [said for said in ended.lines if not said.startswith("reading ")]
    assert len(told) == 1, ended.err
    assert words in told[0]
    assert name in told[0]
    assert SECRET not in ended.err
    assert ended.out == b""
    assert out.read_text() == "as it was"
    assert sorted(tmp_path.iterdir()) == sorted([path, out])


def test_an_error_late_in_a_long_file_leaves_nothing(service: str, tmp_path: Path) -> None:
    rows = scored_rows(12_000, seed=3)
    rows[11_500]["score"] = float("nan")
    path = write_lines(tmp_path / "long.jsonl", rows)
    for out in ("new.jsonl", "new.csv.gz", "new.parquet"):
        ended = run("calibrate", path, "-o", tmp_path / out, "-m", MODEL, url=service)
        assert ended.code == 1
        assert "long.jsonl, line 11501: 'score' is NaN" in ended.lines[-1]
        assert [one.name for one in tmp_path.iterdir()] == ["long.jsonl"]


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (("--reward", "scre"), 1, "did you mean 'score'? (columns: 'prompt', 'completion', 'score', 'note')"),
        (("--characteristic", "tokens=n"), 1, "--characteristic tokens: the curve is of chars"),
        (("--characteristic", "chars=note"), 1, "line 1: 'note' is text, not a number"),
        (("--version", "99"), 1, "99"),
        (("--version", "0"), 2, "must be 1 or more"),
        (("--frac", "0.5"), 2, "unrecognized arguments"),
        (("-o", "/nowhere/out.jsonl"), 1, "cannot write /nowhere/out.jsonl: no such file or directory"),
        (("-o", "out.json"), 1, "cannot write out.json: a JSON array is not written row by row"),
        (("--url", "http://127.0.0.1:9"), 3, "http://127.0.0.1:9"),
        (("--url", "nonsense"), 3, "nonsense"),
    ],
)
def test_wrong_options_are_refused(
    options: tuple[str, ...], code: int, words: str, service: str, tmp_path: Path
) -> None:
    write_lines(tmp_path / "in.jsonl", ROWS)
    ended = run("calibrate", "in.jsonl", "-m", MODEL, *options, url=service, folder=tmp_path)
    assert ended.code == code, ended.err
    assert words in ended.lines[-1]
    assert SECRET not in ended.err
    assert [one.name for one in tmp_path.iterdir()] == ["in.jsonl"]


def test_what_only_the_service_can_refuse_names_the_line(service: str, tmp_path: Path) -> None:
    write_lines(tmp_path / "in.jsonl", ROWS)
    ended = run("calibrate", tmp_path / "in.jsonl", "-m", "tests/no-such-curve", url=service)
    assert ended.code == 1
    assert len(ended.lines) == 1
    assert "unknown-reward-model" in ended.lines[0]

    # A curve so steep that reward less bias is no double: that is known when it is calculated.
    with Client(service) as client:
        client.fit(
            f"{MODEL}-steep",
            rewards=[place * 1e300 for place in range(100)],
            chars=list(range(100)),
            estimator="penalty",
            penalty=1e300,
        )
    (tmp_path / "in.jsonl").write_text('{"reward": 1, "chars": 3}\n\n{"reward": 1, "chars": 1e10}\n')
    ended = run("calibrate", tmp_path / "in.jsonl", "-m", f"{MODEL}-steep", url=service)
    assert ended.code == 1
    assert "in.jsonl, line 3: " in ended.lines[-1]


def test_few_samples_are_refused_by_the_service_in_one_line(service: str, tmp_path: Path) -> None:
    write_lines(tmp_path / "in.jsonl", ROWS[:3])
    ended = run("fit", tmp_path / "in.jsonl", "-m", "tests/cli-few", url=service)
    assert ended.code == 1
    assert len(ended.lines) == 2
    assert "10" in ended.lines[-1]


def test_an_overloaded_service_is_code_3() -> None:
    class Overloaded(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(503)
            self.send_header("retry-after", "0")
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *arguments: object) -> None:
            """Says nothing on standard error."""

    server = HTTPServer(("127.0.0.1", 0), Overloaded)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    ended = run("watch", "--once", url=f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    assert ended.code == 3
    assert len(ended.lines) == 1


def test_usage_is_code_2_and_help_has_examples() -> None:
    assert run().code == 2
    assert run("nonsense").code == 2
    commands = ["fit", "calibrate", "evaluate", "pairs", "label", "curves", "watch"]
    below = [
        "list",
        "show",
        "export",
        "import",
        "delete",
        "rollback",
        "strength",
        "audit",
        "remove-audit",
        "plot",
    ]
    for command in [[], *([one] for one in commands), *(["curves", one] for one in below)]:
        told = done(run(*command, "--help")).out.decode()
        assert f"reward-calibration {' '.join(command)}" in told.split("examples:")[1]
