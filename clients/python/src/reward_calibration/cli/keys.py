"""One key each: answers from a terminal, or one a line from anything else."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from ..errors import InputError

BACK = "b"
STOP = "q"
KEYS = ("1", "2", "0", BACK, STOP)

_END = ("\x04", "\x1a")
"""Ctrl-D and Ctrl-Z."""


class Keys:
    """Asks for a key; None when there are no more."""

    def __init__(self) -> None:
        self._line = 0

    def ask(self) -> str | None:
        """The next answer. On a terminal other keys are passed over; elsewhere a wrong line is refused."""
        if sys.stdin.isatty():
            return _pressed()
        line = sys.stdin.readline()
        self._line += 1
        if line == "":
            return None
        answer = line.strip().lower()
        if answer not in KEYS:
            # From here on answers would go to the wrong pairs.
            raise InputError(f"standard input, line {self._line}: an answer is none of {', '.join(KEYS)}")
        return answer


@contextmanager
def one_key_each() -> Iterator[Keys]:
    """Has a terminal give each key when it is pressed, without Enter (on Windows with Enter)."""
    try:
        import termios
        import tty
    except ImportError:
        yield Keys()
        return
    if not sys.stdin.isatty():
        yield Keys()
        return
    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    try:
        # Now, not after what was typed ahead is thrown away.
        tty.setcbreak(terminal, termios.TCSANOW)
        yield Keys()
    finally:
        termios.tcsetattr(terminal, termios.TCSANOW, before)


def _pressed() -> str | None:
    while True:
        pressed = sys.stdin.read(1).lower()
        if pressed == "" or pressed in _END:
            return None
        if pressed in KEYS:
            return pressed
