"""Runs the command line as a shell does, and makes files of scored responses for it."""

from __future__ import annotations

import json
import math
import os
import random
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

COMMAND = str(Path(sys.executable).with_name("reward-calibration"))
SECRET = "swordfish"
"""Stands in every text; it may appear in no message, no log and no state file."""


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: bytes
    err: str

    @property
    def lines(self) -> list[str]:
        """What was said, without the program's name."""
        return [line.removeprefix("reward-calibration: ") for line in self.err.splitlines()]


def run(
    *arguments: str | Path,
    url: str | None = None,
    stdin: bytes = b"",
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> Ended:
    """Runs ``reward-calibration`` with arguments."""
    surroundings = {**os.environ, **(environment or {})}
    if url is not None:
        surroundings["REWARD_CALIBRATION_URL"] = url
    ended = subprocess.run(
        [COMMAND, *map(str, arguments)], input=stdin, capture_output=True, env=surroundings, cwd=folder
    )
    return Ended(ended.returncode, ended.stdout, ended.stderr.decode("utf-8"))


def done(ended: Ended) -> Ended:
    """The same, where all went well."""
    assert ended.code == 0, ended.err
    return ended


def scored_rows(count: int, seed: int, prompts: int = 0) -> list[dict[str, object]]:
    """Rows whose reward grows with length: prompts, responses with all kinds of characters, scores."""
    draw = random.Random(seed)
    pieces = (SECRET, " ", "naïve ", "你好", "🙂", '"', ",", ";", "\n", "\t", "- point\n", "# Title\n", "é")
    rows: list[dict[str, object]] = []
    for place in range(count):
        text = f"{SECRET} " + "".join(draw.choices(pieces, k=draw.randint(1, 120)))
        reward = math.log(len(text)) + draw.gauss(0, 0.4)
        prompt = f"{SECRET}? {place % prompts if prompts else place}"
        rows.append({"prompt": prompt, "completion": text, "score": reward, "note": f"n{place}"})
    return rows


def json_lines(rows: Sequence[Mapping[str, object]]) -> str:
    """Rows as JSON lines."""
    return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)


def write_lines(path: Path, rows: Sequence[Mapping[str, object]]) -> Path:
    """Rows as a file of JSON lines."""
    path.write_text(json_lines(rows), encoding="utf-8")
    return path


def read_lines(text: bytes) -> list[dict[str, object]]:
    """JSON lines as rows."""
    return [json.loads(line) for line in text.decode("utf-8").splitlines()]
