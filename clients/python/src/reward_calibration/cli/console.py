"""What is said to a person: on standard error, so that results can be piped."""

from __future__ import annotations

import sys
import warnings
from typing import TextIO

NAME = "reward-calibration"


def say(message: str) -> None:
    """A message on standard error, with the name of the program."""
    print(f"{NAME}: {message}", file=sys.stderr)


def say_warnings() -> None:
    """Has Python's warnings appear as messages of one line."""

    def show(
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        say(f"warning: {message}")

    warnings.showwarning = show
    warnings.simplefilter("always", UserWarning)
