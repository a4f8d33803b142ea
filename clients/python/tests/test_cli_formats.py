"""Every format gives the same numbers, and keeps every column."""

from __future__ import annotations

import csv
import fcntl
import gzip
import io
import json
import os
import pty
import random
import struct
import subprocess
import termios
from datetime import datetime
from pathlib import Path

import pytest
from cli_runs import COMMAND, done, json_lines, read_lines, run, scored_rows, write_lines

from reward_calibration import Client

MODEL = "tests/cli-formats"
ROWS = scored_rows(60, seed=1)


@pytest.fixture(scope="module")
def expected(service: str) -> list[float]:
    texts, scores = [row["completion"] for row in ROWS], [row["score"] for row in ROWS]
    with Client(service) as client:
        client.fit(MODEL, rewards=scores, responses=texts)
        return list(client.calibrate(MODEL, rewards=scores, responses=texts).rewards)


def delimited(delimiter: str, line_end: str = "\n", before: str = "") -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator=line_end)
    writer.writerow(ROWS[0])
    writer.writerows(row.values() for row in ROWS)
    return (before + text.getvalue()).encode("utf-8")


def parquet() -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(ROWS), sink, row_group_size=7)
    return sink.getvalue()


LINES = json_lines(ROWS)
FILES = {
    "plain.jsonl": LINES.encode(),
    "plain.ndjson": LINES.encode(),
    "mark.jsonl": b"\xef\xbb\xbf" + LINES.replace("\n", "\r\n").encode(),
    "blank.jsonl": ("\n \n" + LINES.replace("\n", "\n\n") + "\r\n").encode(),
    "no-end.jsonl": LINES.rstrip("\n").encode(),
    "ascii.jsonl": "".join(f"{json.dumps(row)}\n" for row in ROWS).encode(),
    "packed.jsonl.gz": gzip.compress(LINES.encode()),
    "packed-otherwise.jsonl": gzip.compress(LINES[:900].encode()) + gzip.compress(LINES[900:].encode()),
    "array.json": json.dumps(ROWS, indent=2).encode(),
    "lines.json": LINES.encode(),
    "plain.csv": delimited(","),
    "mark.csv": delimited(",", "\r\n", "\ufeff"),
    "semicolon.csv": delimited(";"),
    "plain.tsv": delimited("\t"),
    "packed.csv.gz": gzip.compress(delimited(",")),
    "plain.parquet": parquet(),
}


@pytest.mark.parametrize("name", FILES)
def test_every_format_is_calibrated_alike(
    name: str, service: str, expected: list[float], tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(FILES[name])
    ended = done(run("calibrate", tmp_path / name, "-m", MODEL, url=service))
    rows = read_lines(ended.out)
    assert [row["calibrated_reward"] for row in rows] == expected
    for row, original in zip(rows, ROWS, strict=True):
        assert row["completion"] == original["completion"]
        assert float(str(row["score"])) == original["score"]
        assert list(row) == [*original, "calibrated_reward"]
    assert "reading rewards from 'score', responses from 'completion'" in ended.lines[0]


@pytest.mark.parametrize("form", ["jsonl", "csv", "tsv", "parquet", "json"])
def test_standard_input_has_the_format_that_is_said(form: str, service: str, expected: list[float]) -> None:
    name = {"json": "array.json"}.get(form, f"plain.{form}")
    given = [] if form == "jsonl" else ["--format", form]
    ended = run("calibrate", "-", "-m", MODEL, *given, url=service, stdin=FILES[name])
    done(ended)
    if form in ("jsonl", "json"):
        found = [row["calibrated_reward"] for row in read_lines(ended.out)]
    elif form == "parquet":
        import pyarrow.parquet as pq

        found = pq.read_table(io.BytesIO(ended.out))["calibrated_reward"].to_pylist()
    else:
        delimiter = "," if form == "csv" else "\t"
        records = csv.DictReader(io.StringIO(ended.out.decode(), newline=""), delimiter=delimiter)
        found = [float(record["calibrated_reward"]) for record in records]
    assert found == expected


@pytest.mark.parametrize("name", ["plain.csv", "plain.parquet", "plain.jsonl", "array.json"])
@pytest.mark.parametrize("ending", ["jsonl", "csv", "tsv.gz", "jsonl.gz", "parquet"])
def test_what_is_written_can_be_read(
    name: str, ending: str, service: str, expected: list[float], tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(FILES[name])
    out = tmp_path / f"out.{ending}"
    done(run("calibrate", tmp_path / name, "-o", out, "-m", MODEL, "--column", "first", url=service))
    # Read as responses and rewards again: calibrating the calibrated file's raw column gives the same.
    again = done(run("calibrate", out, "-m", MODEL, "--reward", "score", "--column", "second", url=service))
    rows = read_lines(again.out)
    assert [float(str(row["first"])) for row in rows] == expected
    assert [row["second"] for row in rows] == expected
    assert [row["completion"] for row in rows] == [row["completion"] for row in ROWS]
    assert [path.name for path in sorted(tmp_path.iterdir())] == sorted([name, out.name])


def test_json_lines_keep_every_byte(service: str, tmp_path: Path, expected: list[float]) -> None:
    draw = random.Random(5)
    lines = []
    for place in range(200):
        number = draw.choice(["0.10", "1e2", "-0.0", "1.50000000000000000001"])
        gap = " " * draw.randint(0, 3)
        kept = draw.choice(["NaN", "12345678901234567890", "[1, {}]", '{"a" :null}', '"\\u00e9\\/"'])
        lines.append(f'{{{gap}"score":{number},"completion" : "text {place}"{gap},"kept": {kept}{gap}}}')
    path = tmp_path / "in.jsonl"
    path.write_text("\n".join(lines))
    done(run("calibrate", path, "-o", tmp_path / "out.jsonl", "-m", MODEL, url=service))
    for line, out in zip(lines, (tmp_path / "out.jsonl").read_text().splitlines(), strict=True):
        assert out.startswith(f'{line[:-1].rstrip()}, "calibrated_reward": ')


def test_parquet_keeps_its_types(service: str, tmp_path: Path, expected: list[float]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    count = 12_000
    table = pa.table(
        {
            "score": pa.array([i / 7 for i in range(count)], pa.float32()),
            "response": ["word " * (i % 30) for i in range(count)],
            "when": pa.array([datetime(2024, 1, 1, 0, 0, i % 60) for i in range(count)], pa.timestamp("ms")),
            "kind": pa.array([str(i % 3) for i in range(count)]).dictionary_encode(),
            "nested": [[{"a": i}] for i in range(count)],
            "nothing": pa.nulls(count),
        }
    )
    pq.write_table(table, tmp_path / "in.parquet", row_group_size=1_700)
    done(run("calibrate", tmp_path / "in.parquet", "-o", tmp_path / "out.parquet", "-m", MODEL, url=service))
    found = pq.read_table(tmp_path / "out.parquet")
    assert found.column_names == [*table.column_names, "calibrated_reward"]
    read = pq.read_table(tmp_path / "in.parquet")
    for name in table.column_names:
        assert found[name].to_pylist() == read[name].to_pylist()
        assert found.schema.field(name).type == read.schema.field(name).type
    assert found.schema.field("calibrated_reward").type == pa.float64()


def test_chat_messages_are_measured_as_what_the_assistant_says(service: str, tmp_path: Path) -> None:
    texts = ["word " * length for length in range(1, 40)]
    as_text = [{"reward": i / 3, "response": text} for i, text in enumerate(texts)]
    as_messages = [
        {
            "reward": i / 3,
            "response": [
                {"role": "assistant", "content": text[: i % 7]},
                {"role": "tool", "content": "is not measured"},
                {"role": "assistant", "content": text[i % 7 :]},
            ],
        }
        for i, text in enumerate(texts)
    ]
    results = []
    for name, rows in (("text", as_text), ("messages", as_messages)):
        path = write_lines(tmp_path / f"{name}.jsonl", rows)
        done(run("fit", path, "-m", f"{MODEL}-{name}", url=service))
        ended = done(run("calibrate", path, "-m", f"{MODEL}-{name}", url=service))
        results.append([row["calibrated_reward"] for row in read_lines(ended.out)])
    assert results[0] == results[1]


BLOCKER = """
import sys

class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"numpy", "pandas", "polars", "pyarrow", "tqdm"}:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Blocker())
"""


def test_nothing_but_python_is_needed(service: str, expected: list[float], tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(BLOCKER)
    without = {"PYTHONPATH": str(tmp_path)}
    for name in ("plain.csv", "packed.jsonl.gz", "array.json"):
        (tmp_path / name).write_bytes(FILES[name])
        ended = done(run("calibrate", tmp_path / name, "-m", MODEL, url=service, environment=without))
        assert [row["calibrated_reward"] for row in read_lines(ended.out)] == expected
    (tmp_path / "in.parquet").write_bytes(FILES["plain.parquet"])
    for arguments in (("in.parquet",), ("plain.csv", "-o", "out.parquet")):
        ended = run("calibrate", *arguments, "-m", MODEL, url=service, folder=tmp_path, environment=without)
        assert ended.code == 1
        assert "Parquet needs pyarrow (pip install pyarrow)" in ended.lines[-1]
    assert not (tmp_path / "out.parquet").exists()


def test_progress_is_shown_on_a_terminal_alone(service: str, expected: list[float], tmp_path: Path) -> None:
    path = write_lines(tmp_path / "in.jsonl", scored_rows(3_000, seed=9))
    (tmp_path / "sitecustomize.py").write_text(BLOCKER)
    for environment, shown in (({}, "B/s"), ({"PYTHONPATH": str(tmp_path)}, " rows (")):
        screen, terminal = pty.openpty()
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
        process = subprocess.Popen(
            [COMMAND, "calibrate", path, "-o", tmp_path / "out.jsonl", "-m", MODEL, "--url", service],
            stderr=terminal,
            env={**os.environ, **environment},
        )
        os.close(terminal)
        seen = b""
        try:
            while piece := os.read(screen, 4096):
                seen += piece
        except OSError:
            pass  # Linux says so that the other side is closed.
        os.close(screen)
        assert process.wait() == 0
        assert shown in seen.decode()
        assert "3,000 rows calibrated" in seen.decode()
    ended = done(run("calibrate", path, "-o", tmp_path / "out.jsonl", "-m", MODEL, url=service))
    assert "\r" not in ended.err
    assert len(ended.lines) == 3
