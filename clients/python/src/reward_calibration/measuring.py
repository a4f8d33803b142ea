"""Measuring texts here, so that numbers travel in their place: as the service measures them, to the bit.

A hundred times quicker for long texts than sending them, and no text leaves the machine.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from .characteristics import BUILT_IN, measure
from .columns import Samples
from .errors import InputError, ServiceError
from .problems import understood
from .transport import Transport

OBSERVED = "chars"
"""What the service measures of observed text whatever the curve is of."""


def measured(samples: Samples, names: Sequence[str], needing: str) -> Samples:
    """The samples with these characteristics as numbers, and without texts.

    Numbers that were given win over measuring. Raises InputError for a characteristic that was not given and
    is not measured of text; ``needing`` says who needs it.
    """
    if samples.responses is None:
        return samples
    missing = [name for name in names if name not in samples.characteristics]
    refuse_unmeasurable(missing, needing)
    own = {name: measure(samples.responses, name) for name in missing}
    return replace(samples, responses=None, characteristics={**samples.characteristics, **own})


def refuse_unmeasurable(names: Sequence[str], needing: str) -> None:
    """Refuse characteristics that only the caller knows."""
    for name in names:
        if name not in BUILT_IN:
            raise InputError(f"{needing} {name!r}, which is not measured of text: give {name}=")


@dataclass(frozen=True)
class KnownVersion:
    """A version of a curve, and the characteristics that it needs."""

    version: int
    characteristics: tuple[str, ...]


def _versions_of(history: Any) -> tuple[dict[int | None, KnownVersion], int | None]:
    """The versions that are kept, and the current one."""
    kept: dict[int | None, KnownVersion] = {}
    for one in history["versions"]:
        names = dict.fromkeys(part["name"] for part in one["characteristics"])
        kept[one["version"]] = KnownVersion(one["version"], tuple(names))
    return kept, history["current"]


@dataclass
class CurveNames:
    """What the curves of a service are of. A version never changes: it is asked for once."""

    transport: Transport
    _known: dict[tuple[str, int], KnownVersion] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def find(self, reward_model: str, version: int | None) -> KnownVersion | None:
        """The version, by default the current one; None where there is none."""
        if version is not None:
            with self._lock:
                known = self._known.get((reward_model, version))
            if known is not None:
                return known
        try:
            history = self.transport.request(
                "GET", "/v1/curves", query=[("reward_model", reward_model)]
            ).json()
        except ServiceError as error:
            if error.status == 404:
                return None
            raise
        kept, current = understood(_versions_of, history)
        with self._lock:
            self._known.update({(reward_model, one.version): one for one in kept.values()})
        return kept.get(current if version is None else version)

    def forget(self, reward_model: str) -> None:
        """Ask again the next time."""
        with self._lock:
            for key in [key for key in self._known if key[0] == reward_model]:
                del self._known[key]
