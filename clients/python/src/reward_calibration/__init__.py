"""Client of the reward-calibration service: length bias out of reward-model scores."""

from __future__ import annotations

from .aio import AsyncClient
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
]
