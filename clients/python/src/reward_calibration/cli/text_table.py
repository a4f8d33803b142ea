"""Rows as a table of text, columns aligned."""

from __future__ import annotations

from collections.abc import Sequence

NONE = "–"
"""What stands where there is nothing."""


def table(header: Sequence[str], rows: Sequence[Sequence[str]], left: int = 1) -> str:
    """A table whose first ``left`` columns are aligned to the left, the others to the right."""
    widths = [max(len(row[i]) for row in (header, *rows)) for i in range(len(header))]

    def line(cells: Sequence[str]) -> str:
        aligned = [
            cell.ljust(width) if i < left else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ]
        return "  ".join(aligned).rstrip()

    return "\n".join([line(header), *(line(row) for row in rows)])


def figure(value: object, digits: int = 3) -> str:
    """A number as a person reads it, or a dash where there is none."""
    return f"{value:.{digits}f}" if isinstance(value, (int, float)) else NONE


def percent(value: object) -> str:
    """A share in percent, or a dash."""
    return f"{100 * value:.1f} %" if isinstance(value, (int, float)) else NONE
