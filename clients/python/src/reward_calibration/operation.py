"""What the service says about itself, and its plots."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .errors import InputError

SVG_SUFFIX = ".svg"


@dataclass(frozen=True)
class Health:
    """Whether the service takes requests."""

    ready: bool
    """False while it starts, is overloaded or closes."""
    store: str | None
    """``ok``; ``unavailable`` where curves are served but none can be stored; None where it was not said."""
    answer: Mapping[str, Any] = field(repr=False)
    """The service's JSON as it came."""

    def __bool__(self) -> bool:
        return self.ready

    def __str__(self) -> str:
        if not self.ready:
            return f"not ready: {self.answer.get('detail', 'no reason is given')}"
        return "ready" if self.store in (None, "ok") else f"ready; store {self.store}"

    __repr__ = __str__


@dataclass(frozen=True)
class Plot:
    """The curve over the density of its samples, as SVG; shows itself in a notebook."""

    svg: str = field(repr=False)
    reward_model: str

    def _repr_svg_(self) -> str:
        return self.svg

    def save(self, path: str | Path) -> None:
        """Write the SVG. Raises InputError for a name that ends as another format's."""
        if Path(path).suffix.lower() not in ("", SVG_SUFFIX):
            raise InputError(f"{path}: plots are SVG; name it {SVG_SUFFIX}")
        Path(path).write_text(self.svg, encoding="utf-8")

    def __str__(self) -> str:
        size = f"{len(self.svg):,} characters of SVG"
        return f"Plot of the curve of {self.reward_model}: {size} (.svg, .save(path))"

    __repr__ = __str__
