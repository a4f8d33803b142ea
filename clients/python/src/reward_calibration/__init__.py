"""Client of the reward-calibration service: length bias out of reward-model scores."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from .client import Client
from .curve import Curve
from .errors import (
    InputError,
    Place,
    RewardCalibrationError,
    RewardCalibrationWarning,
    ServiceError,
    Unreachable,
)
from .judgements import Evaluation, Leaderboard, Verdict
from .operation import Health, Plot
from .pair_lists import DisputedPairs, PreferencePairs
from .results import Calibrated, Combined, Fit, FitCalibrated, FitWarning

if TYPE_CHECKING:
    from .aio import AsyncClient
    from .trainers import slime_reward, trl_reward, verl_reward

__all__ = [
    "AsyncClient",
    "Calibrated",
    "Client",
    "Combined",
    "Curve",
    "DisputedPairs",
    "Evaluation",
    "Fit",
    "FitCalibrated",
    "FitWarning",
    "Health",
    "InputError",
    "Leaderboard",
    "Place",
    "Plot",
    "PreferencePairs",
    "RewardCalibrationError",
    "RewardCalibrationWarning",
    "ServiceError",
    "Unreachable",
    "Verdict",
    "slime_reward",
    "trl_reward",
    "verl_reward",
]

_LATER = {
    "AsyncClient": "aio",
    "slime_reward": "trainers",
    "trl_reward": "trainers",
    "verl_reward": "trainers",
}
"""Names that are imported when they are first used: asyncio takes as long to import as everything else."""


def __getattr__(name: str) -> object:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found: object = getattr(import_module(f".{_LATER[name]}", __name__), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
