"""Files as people have them: empty, without a header, with odd cells; guesses of columns; closed streams."""

from __future__ import annotations

import datetime
import decimal
import gzip
import subprocess
from pathlib import Path
from typing import Any

import pandas
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from cli_runs import COMMAND, SECRET, done, read_lines, run, scored_rows, write_lines

from reward_calibration import Client, InputError, RewardCalibrationWarning

MODEL = "tests/cli-kinds"
ROWS = scored_rows(60, seed=31, prompts=15)


@pytest.fixture(scope="module", autouse=True)
def curve(service: str) -> None:
    with Client(service) as client:
        texts = [row["completion"] for row in ROWS]
        client.fit(MODEL, rewards=[row["score"] for row in ROWS], responses=texts)


HEADER = "prompt,completion,score\n"
EMPTY = {
    "nothing.jsonl": b"",
    "nothing.csv": b"",
    "nothing.tsv": b"",
    "nothing.json": b"",
    "nothing.parquet": b"",
    "lines.jsonl": b"\n \n\n",
    "lines.csv": b"\n\n",
    "header.csv": HEADER.encode(),
    "header.tsv": HEADER.replace(",", "\t").encode(),
    "header-alone.csv": HEADER.strip().encode(),
    "mark.csv": b"\xef\xbb\xbf" + HEADER.encode(),
    "array.json": b"[]",
    "packed.csv.gz": gzip.compress(HEADER.encode()),
    "packed.jsonl.gz": gzip.compress(b""),
}


@pytest.mark.parametrize("name", [*EMPTY, "rows.parquet"])
def test_a_file_without_rows_is_refused_by_every_command(name: str, service: str, tmp_path: Path) -> None:
    path = tmp_path / name
    if name in EMPTY:
        path.write_bytes(EMPTY[name])
    else:
        pq.write_table(
            pa.table({"reward": pa.array([], pa.float64()), "response": pa.array([], "str")}), path
        )
    for command in ("fit", "calibrate", "pairs", "label", "evaluate"):
        ended = run(command, path, "-m", MODEL, url=service)
        assert (ended.code, ended.out) == (1, b""), (command, ended.err)
        assert ended.lines == [f"{path} has no rows"]


def test_guesses(service: str, tmp_path: Path) -> None:
    def said(rows: list[dict[str, Any]], *options: str) -> list[str]:
        return run(
            "calibrate", write_lines(tmp_path / "a.jsonl", rows), "-m", MODEL, *options, url=service
        ).lines

    texts = [{"completion": "ab" * i, "is_rewarded": i % 2 == 0, "score_version": 3} for i in range(1, 9)]
    both = said([{**row, "score": i, "rating": -i, "output": "x"} for i, row in enumerate(texts)])
    assert both == [
        f"{tmp_path / 'a.jsonl'}: 'score' or 'rating' may hold the rewards, say which by --reward; "
        "'completion' or 'output' may hold the responses, say which by --response"
    ]
    # What is true or false, or the same in every row, is no reward.
    assert said([{**row, "my_score": i} for i, row in enumerate(texts)])[0].startswith(
        "reading rewards from 'my_score'"
    )
    (line,) = said([{"completion": "ab", "is_rewarded": True}])
    assert "no column for rewards, name it by --reward" in line
    nested = [{"meta": {"scores": {"helpful": i}}, "completion": "ab" * i} for i in range(1, 9)]
    for wrong in ("meta.scores.helpfull", "helpful", "meta.score.helpful"):
        (line,) = said(nested, "--reward", wrong)
        assert f"no column '{wrong}'" in line
        assert "did you mean 'meta.scores.helpful'? (columns: 'meta.scores.helpful', 'completion')" in line
    for rows, count in ((nested, "8 rows"), (nested[:1], "1 row")):
        told = said(rows, "--reward", "meta.scores.helpful")
        assert any(line.startswith(f"{count} calibrated") for line in told)


def test_cells_survive_csv(service: str, tmp_path: Path) -> None:
    odd = ["a\rb", "\r", "a\r\nb", "a\nb", 'a"b', "a,b", " a ", "a;b\r"]
    rows = [{"completion": text, "score": i, "n": f"n{i}"} for i, text in enumerate(odd)]
    path = write_lines(tmp_path / "a.jsonl", rows)
    for name, delimiter in (("out.csv", ","), ("out.tsv", "\t")):
        done(run("calibrate", path, "-o", tmp_path / name, "-m", MODEL, url=service))
        # pandas takes a lone carriage return outside quotes for the end of a row.
        with open(tmp_path / name, newline="", encoding="utf-8") as file:
            frame = pandas.read_csv(file, sep=delimiter)
        assert list(frame.completion) == odd
        assert list(frame.n) == [f"n{i}" for i in range(len(odd))]


def test_cells_of_parquet(service: str, tmp_path: Path) -> None:
    table = pa.table(
        {
            "score": [decimal.Decimal("1.10"), decimal.Decimal("-2.25")],
            "completion": ["a", "bc"],
            "day": [datetime.date(2024, 2, 29), None],
            "other": [float("nan"), 0.5],
        }
    )
    pq.write_table(table, tmp_path / "a.parquet")
    arguments = ("calibrate", tmp_path / "a.parquet", "-m", MODEL)
    lines = read_lines(done(run(*arguments, url=service)).out)
    assert [(row["score"], row["day"], row["other"]) for row in lines] == [
        (1.1, "2024-02-29", None),
        (-2.25, None, 0.5),
    ]
    done(run(*arguments, "-o", tmp_path / "a.csv", url=service))
    text = (tmp_path / "a.csv").read_text().splitlines()
    assert [line.rsplit(",", 1)[0] for line in text[1:]] == ["1.10,a,2024-02-29,", "-2.25,bc,,0.5"]


BEYOND = 2**53 + 1
REFUSED: dict[str, tuple[str, bytes, str]] = {
    "integer of JSON": ("a.jsonl", f'{{"reward": {BEYOND}, "response": "a"}}'.encode(), "2^53"),
    "integer of CSV": ("a.csv", f"reward,response\n1,a\n-{BEYOND},a\n".encode(), "line 3: 'reward'"),
    "corrupt gzip": ("a.jsonl.gz", gzip.compress(b'{"reward": 1}' * 99)[:20] + b"\xff" * 30, "gzip"),
    "blank lines first": ("a.csv", b"\n\nreward,response\n1,a\nx,a\n", "line 5: 'reward' is text"),
    "no header": ("a.csv", f"{SECRET},0.5\n{SECRET},0.7\n".encode(), "a header is needed"),
    "UTF-32": ("a.csv", "reward,response\n1,a\n".encode("utf-32"), "UTF-32"),
    "a long name": ("a.csv", f"reward,{'x' * 60}{SECRET}\n1,a\n".encode(), "…'"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_odd_files_are_refused_in_one_line(kind: str, service: str, tmp_path: Path) -> None:
    name, content, words = REFUSED[kind]
    (tmp_path / name).write_bytes(content)
    ended = run("calibrate", tmp_path / name, "-m", MODEL, url=service)
    told = [line for line in ended.lines if not line.startswith("reading ")]
    assert (ended.code, len(told), ended.out) == (1, 1, b""), ended.err
    assert words in told[0]
    assert name in told[0]
    assert SECRET not in ended.err


def test_a_great_many_columns(service: str, tmp_path: Path) -> None:
    names = ["reward", "response", *(f"c{i}" for i in range(30_000))]
    (tmp_path / "wide.csv").write_text(f"{','.join(names)}\n1,abc{',' * 30_000}\n")
    row = done(run("calibrate", tmp_path / "wide.csv", "-m", MODEL, url=service)).out
    assert len(read_lines(row)[0]) == len(names) + 1
    doubled = tmp_path / "doubled.csv"
    doubled.write_text(f"{','.join([*names, 'c7'])}\n")
    assert "two columns are called 'c7'" in run("calibrate", doubled, "-m", MODEL, url=service).lines[-1]


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-"])
def test_closed_streams(closed: str, service: str, tmp_path: Path) -> None:
    write_lines(tmp_path / "a.jsonl", ROWS)
    ended = subprocess.run(
        ["sh", "-c", f'"$0" calibrate a.jsonl -o out.jsonl -m {MODEL} --url {service} {closed}', COMMAND],
        capture_output=True,
        cwd=tmp_path,
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout == b""
    assert b"Traceback" not in ended.stderr
    assert len((tmp_path / "out.jsonl").read_text().splitlines()) == len(ROWS)


def test_plots_are_svg(service: str, tmp_path: Path) -> None:
    path = write_lines(tmp_path / "a.jsonl", ROWS)
    for arguments in (("fit", path, "-m", MODEL, "--plot"), ("curves", "plot", MODEL, "-o")):
        ended = run(*arguments, tmp_path / "curve.png", url=service)
        assert ended.code == 1
        assert ended.lines == [f"cannot write {tmp_path / 'curve.png'}: plots are SVG; name it .svg"]
        done(run(*arguments, tmp_path / "curve.svg", url=service))
    with Client(service) as client, pytest.raises(InputError, match=r"curve\.png: plots are SVG"):
        client.plot(MODEL).save(tmp_path / "curve.png")
    assert not (tmp_path / "curve.png").exists()


def test_what_was_not_fitted_says_how_to_fit(service: str, tmp_path: Path) -> None:
    path = write_lines(tmp_path / "a.jsonl", ROWS)
    for command in ("calibrate", "pairs", "label"):
        (line,) = run(command, path, "-m", "tests/not there", url=service).lines
        assert "no curve was fitted for tests/not there: fit one first: " in line
        assert "reward-calibration fit FILE -m 'tests/not there' (unknown-reward-model, 404" in line


def test_no_pairs_warn(service: str, tmp_path: Path) -> None:
    path = write_lines(tmp_path / "a.jsonl", [{**row, "prompt": f"{i}"} for i, row in enumerate(ROWS)])
    ended = done(run("pairs", path, "-m", MODEL, url=service))
    assert any("warning: no pair was made of 60 prompts" in line for line in ended.lines)
    with (
        Client(service) as client,
        pytest.warns(RewardCalibrationWarning, match="no pair was made of 1 prompt "),
    ):
        client.preference_pairs(MODEL, rewards=[1.0], responses=["a"], prompts=["b"])


def test_prompts_that_differ_in_any_field_of_a_message_are_different(service: str, tmp_path: Path) -> None:
    def asked(**fields: object) -> list[dict[str, object]]:
        return [{"role": "user", "content": "Look:", **fields}]

    prompts = [
        asked(),
        asked(image="one"),
        asked(image="two"),
        asked(name="a"),
        asked(tool_calls=[{"id": 1}]),
        asked(content=[{"type": "text", "text": "Look:"}]),
        asked(content=[{"type": "text", "text": "Look:"}, {"type": "image", "image": "one"}]),
        asked(content=None, tool_calls=[{"id": 2}]),
    ]
    rows = [
        {"prompt": prompt, "response": "ab" * (i + 1), "reward": float(-i)}
        for prompt in prompts
        for i in range(3)
    ]
    with Client(service) as client:
        drawn = client.disputed_pairs(MODEL, rows)
        assert drawn.pairs == 3 * len(prompts)
    ended = run("label", write_lines(tmp_path / "a.jsonl", rows), "-m", MODEL, url=service, stdin=b"1\n")
    assert f" of {drawn.pairs} pairs change" in ended.err


def test_a_state_that_is_nested_too_deeply(service: str, tmp_path: Path) -> None:
    path = write_lines(tmp_path / "a.jsonl", ROWS)
    Path(f"{path}.labels.json").write_text("[" * 200_000)
    ended = run("label", path, "-m", MODEL, url=service)
    assert (ended.code, len(ended.lines)) == (1, 1)
    assert "holds no labels" in ended.lines[0]
