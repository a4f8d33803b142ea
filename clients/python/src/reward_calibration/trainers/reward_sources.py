"""Where a trainer's calibrated rewards come from: a curve, the service's curve, or the service's sidecar.

Shared by the adapters of :mod:`reward_calibration.trainers`. Everything here can be pickled where its parts
can: TRL's asynchronous trainers send reward functions to another process.
"""

from __future__ import annotations

import math
import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, cast

from ..curve import Curve
from ..errors import InputError
from .calibrated_batch import CalibratedBatch
from .sidecar import score_texts

if TYPE_CHECKING:
    from ..client import Client

    ClientOrCurve: TypeAlias = "Client | str | os.PathLike[str] | Curve"

OnMissingCurve: TypeAlias = Literal["error", "passthrough"]


@dataclass(frozen=True)
class Lengths:
    """What a response is measured by."""

    responses: list[str]
    tokens: list[int] | None = None
    """How many tokens each response has, for a curve of ``tokens``."""


class LazyClient:
    """A client, made from its URL when it is first needed: a URL can be pickled where a client cannot."""

    def __init__(self, client: Client | str) -> None:
        """Keep a client, or the URL of the service.

        Raises:
            InputError: it is neither.
        """
        from ..client import Client

        if not isinstance(client, (str, Client)):
            kind = type(client).__name__
            raise InputError(
                f"client must be a Client, the URL of the service, a Curve or its file, not {kind}"
            )
        self._given = client
        self._made: Client | None = None if isinstance(client, str) else client
        self._lock = threading.Lock()

    def get(self) -> Client:
        """Return the client."""
        with self._lock:
            if self._made is None:
                from ..client import Client

                self._made = Client(cast("str", self._given))
            return self._made

    def __getstate__(self) -> Client | str:
        return self._given

    def __setstate__(self, given: Client | str) -> None:
        self.__init__(given)  # type: ignore[misc]


@dataclass(frozen=True)
class CurveCalibration:
    """Calibrates with a curve that is at hand: no service is asked."""

    curve: Curve

    def __call__(self, raw: list[float], lengths: Lengths) -> tuple[list[float], list[float]]:
        """Return calibrated rewards and biases."""
        tokens: dict[str, Any] = {} if lengths.tokens is None else {"tokens": lengths.tokens}
        found = self.curve.calibrate(raw, responses=lengths.responses, **tokens)
        return list(found.rewards), list(found.biases)


@dataclass(frozen=True)
class ServiceCalibration:
    """Calibrates by the service, with the curve of a reward model there."""

    client: LazyClient
    reward_model: str
    version: int | None
    observe: bool
    on_missing_curve: OnMissingCurve

    def __call__(self, raw: list[float], lengths: Lengths) -> tuple[list[float], list[float]]:
        """Return calibrated rewards and biases."""
        tokens: dict[str, Any] = {} if lengths.tokens is None else {"tokens": lengths.tokens}
        found = self.client.get().calibrate(
            self.reward_model,
            rewards=raw,
            responses=lengths.responses,
            version=self.version,
            observe=self.observe,
            on_missing_curve=self.on_missing_curve,
            **tokens,
        )
        return list(found.rewards), list(found.biases)


Calibration: TypeAlias = "CurveCalibration | ServiceCalibration"


def calibrate_some(
    calibration: Calibration, raw: Sequence[object], lengths: Lengths, source: str
) -> CalibratedBatch:
    """Calibrate the rewards that are not None.

    Raises:
        InputError: not one reward a response, or a reward is no finite number; ``source`` names what gave it.
    """
    rewards = finite_or_none(raw, len(lengths.responses), source)
    rows = [i for i, reward in enumerate(rewards) if reward is not None]
    calibrated: list[float | None] = [None] * len(rewards)
    biases: list[float | None] = [None] * len(rewards)
    if rows:
        given = [reward for reward in rewards if reward is not None]
        tokens = None if lengths.tokens is None else [lengths.tokens[i] for i in rows]
        found = calibration(given, Lengths([lengths.responses[i] for i in rows], tokens))
        for i, reward, bias in zip(rows, *found, strict=True):
            calibrated[i], biases[i] = reward, bias
    return CalibratedBatch(calibrated, rewards, biases, [len(response) for response in lengths.responses])


def finite_or_none(given: Sequence[object], count: int, source: str) -> list[float | None]:
    """Return rewards as floats; None stays.

    Raises:
        InputError: there are not ``count``, or one is no finite number.
    """
    try:
        values = list(given)
    except TypeError:
        raise InputError(f"{source} gave {type(given).__name__}, not a list of rewards") from None
    if len(values) != count:
        raise InputError(f"{source} gave {len(values)} rewards for {count} responses")
    return [
        None if value is None else finite(value, f"{source}, sample {i}") for i, value in enumerate(values)
    ]


def finite(given: object, place: str) -> float:
    """Return a reward as a float; a tensor or array of one number is one.

    Raises:
        InputError: it is no finite number.
    """
    try:
        reward = float(given) if not isinstance(given, (str, bytes)) else math.nan  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        raise InputError(f"{place}: must be a finite number, or None, not {type(given).__name__}") from None
    if not math.isfinite(reward):
        raise InputError(f"{place}: must be a finite number, or None where there is no reward")
    return reward


@dataclass(frozen=True)
class SidecarScoring:
    """The service's sidecar, which asks the reward model's server and calibrates."""

    client: LazyClient
    upstream: str

    def __call__(
        self, texts: Sequence[str], prompts: Sequence[str], labels: Sequence[object] | None = None
    ) -> CalibratedBatch:
        """Return the rewards of texts, each its prompt and its response as the reward model reads them."""
        return score_texts(self.client.get(), self.upstream, texts, prompts, labels)


def is_curve_file(client: Client | str | os.PathLike[str]) -> bool:
    """Whether a path is given, in the place of a URL: a pathlib path, or the name of a file that there is."""
    if isinstance(client, str):
        return "://" not in client and os.path.exists(client)
    return isinstance(client, os.PathLike)


def calibration_by(
    client: ClientOrCurve,
    reward_model: str | None,
    version: int | None,
    observe: bool,
    on_missing_curve: OnMissingCurve,
) -> Calibration:
    """Return how rewards of a function are calibrated.

    Raises:
        InputError: something is missing, or given and could not be used.
    """
    if not isinstance(client, Curve) and is_curve_file(client):
        client = Curve.from_file(cast("str", client))
    if isinstance(client, Curve):
        if reward_model not in (None, client.reward_model):
            raise InputError(f"the curve is one of {client.reward_model!r}, not of {reward_model!r}")
        if version not in (None, client.version):
            raise InputError(f"the curve is version {client.version}, not {version}")
        if observe:
            raise InputError("observe=True needs the service: a curve keeps nothing")
        return CurveCalibration(client)
    if reward_model is None:
        raise InputError("reward_model= is needed: it names the curve that calibrates")
    if on_missing_curve not in ("error", "passthrough"):
        raise InputError('on_missing_curve must be "error" or "passthrough"')
    return ServiceCalibration(
        LazyClient(cast("Client | str", client)), reward_model, version, observe, on_missing_curve
    )


def scoring_by(client: ClientOrCurve, upstream: str, settings: dict[str, object]) -> SidecarScoring:
    """Return the sidecar that scores and calibrates.

    Raises:
        InputError: a curve is given in the place of a client, or a setting that the upstream's configuration
            decides.
    """
    if isinstance(client, Curve) or is_curve_file(client):
        raise InputError("upstream= needs the service: a curve cannot score")
    for name, given in settings.items():
        if given not in (None, False, "error"):
            raise InputError(
                f"{name}= has no effect with upstream=: the service's configuration of {upstream!r} says it"
            )
    return SidecarScoring(LazyClient(cast("Client | str", client)), upstream)
