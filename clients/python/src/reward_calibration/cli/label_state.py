"""What labelling keeps between runs: no text, only which pairs were drawn and what was answered."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

from ..errors import InputError
from .outputs import write_whole

FORMAT = 1
ANSWERS = {"1": "left", "2": "right", "0": "tie"}
"""What a key says of a pair."""


@dataclass
class LabelState:
    """Which pairs are asked for, and the answers so far, by the pairs' ids."""

    reward_model: str | None
    version: int | None
    seed: int
    count: int
    purpose: str
    key: str
    """The service's; it holds no text."""
    asked: list[str]
    """Ids of the pairs, in the order in which they are shown."""
    answers: dict[str, str] = field(default_factory=dict)
    attached: int | None = None
    """The version that the verdict's strength made, once it is attached."""
    attached_labels: int | None = None
    """Answers that the attached verdict is of."""

    def save(self, path: str) -> None:
        """Writes the state as a whole file."""
        write_whole(path, json.dumps({"format": FORMAT, **asdict(self)}, indent=1) + "\n")


def read_state(path: str) -> LabelState | None:
    """The state of a file, or None where there is none. InputError for a file of something else."""
    try:
        text = Path(path).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot read {path}: {error}") from None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    names = {one.name for one in fields(LabelState)}
    if not isinstance(found, dict) or found.pop("format", None) != FORMAT or set(found) != names:
        raise InputError(f"{path} holds no labels; name another file by --state, or move it away")
    answers = found["answers"]
    if not isinstance(answers, dict) or any(answer not in ANSWERS.values() for answer in answers.values()):
        raise InputError(f"{path}: an answer is none of {', '.join(ANSWERS.values())}")
    return LabelState(**found)
