"""How far a long reading is: shown on a terminal, and nowhere else."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from .rows import Source

_SECONDS_BETWEEN = 0.2


class Progress(Protocol):
    """Shows how many rows are done."""

    def advance(self, rows: int) -> None:
        """That further rows are done."""


class _Silent:
    def advance(self, rows: int) -> None:
        """Nothing is shown where nobody looks."""


class _Counter:
    def __init__(self, source: Source) -> None:
        self._source = source
        self._rows = 0
        self._shown = 0.0

    def advance(self, rows: int) -> None:
        self._rows += rows
        now = time.monotonic()
        if now - self._shown < _SECONDS_BETWEEN:
            return
        self._shown = now
        total = self._source.total
        share = f" ({100 * self._source.position() // total} %)" if total else ""
        sys.stderr.write(f"\r{self._rows:,} rows{share} ")
        sys.stderr.flush()

    def clear(self) -> None:
        sys.stderr.write("\r" + " " * 40 + "\r")
        sys.stderr.flush()


@contextmanager
def progress(source: Source) -> Iterator[Progress]:
    """A bar by tqdm where it is installed, else a counter; nothing unless standard error is a terminal."""
    if not sys.stderr.isatty():
        yield _Silent()
        return
    try:
        from tqdm import tqdm
    except ImportError:
        counter = _Counter(source)
        try:
            yield counter
        finally:
            counter.clear()
        return
    unit = "rows" if source.format == "parquet" else "B"
    with tqdm(total=source.total, unit=unit, unit_scale=True, leave=False, file=sys.stderr) as bar:

        class _Bar:
            def advance(self, rows: int) -> None:
                bar.update(source.position() - bar.n)

        yield _Bar()
