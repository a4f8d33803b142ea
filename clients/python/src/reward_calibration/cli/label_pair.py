"""A pair as it is shown for labelling."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from typing import Any

from .chat import readable
from .keys import BACK, STOP
from .samples import Batch

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Control characters but tab and line feed; and what turns the direction of text."""

_CLEAR = "\x1b[2J\x1b[H"
"""Has a terminal empty its screen; what was on it can still be scrolled to."""


def show_pair(pair: Mapping[str, Any], batch: Batch, which: str) -> None:
    """Shows prompt and responses, and asks; ``which`` is said at both ends, for long texts scroll away."""
    left, right = pair["left"]["index"], pair["right"]["index"]
    prompts, responses = batch.prompts or [], batch.responses or []
    clear = _CLEAR if sys.stderr.isatty() and sys.stdin.isatty() else ""
    print(f"{clear}\n── {which} ──\n{_safe(readable(prompts[left]))}", file=sys.stderr)
    for number, index in ((1, left), (2, right)):
        print(f"\n[{number}] {_safe(responses[index])}", file=sys.stderr)
    keys = f"1, 2, or 0 for neither ({BACK} back, {STOP} stop)"
    print(f"\n{which}. Better: {keys}? ", end="", file=sys.stderr, flush=True)


def _safe(text: str) -> str:
    """Text without control characters, which could have the terminal do things."""
    return _CONTROL.sub("�", text)
