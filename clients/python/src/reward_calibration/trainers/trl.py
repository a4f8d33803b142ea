"""TRL: a reward function for GRPO, RLOO, online DPO and other trainers that take one."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, cast

from ..errors import InputError
from .calibrated_batch import CalibratedBatch
from .chat_template import template_of
from .conversation import ChatTemplate, response_text, reward_model_texts
from .reward_functions import in_thread, is_async, name_of, require_one_source
from .reward_sources import (
    Calibration,
    Lengths,
    OnMissingCurve,
    SidecarScoring,
    calibrate_some,
    calibration_by,
    scoring_by,
)

if TYPE_CHECKING:
    from .reward_sources import ClientOrCurve

TrlRewards: TypeAlias = "Sequence[float | None]"
"""What a reward function of TRL returns: a reward a completion, None where it has none."""


@dataclass(frozen=True)
class _Calibrated:
    """Calibrates what a reward function gave."""

    calibration: Calibration
    source: str
    tokens: bool

    def __call__(
        self, rewards: object, completions: Sequence[object], kwargs: Mapping[str, object]
    ) -> CalibratedBatch:
        responses = [response_text(given, f"completion {i}") for i, given in enumerate(completions)]
        lengths = Lengths(responses, self._token_counts(kwargs) if self.tokens else None)
        return calibrate_some(self.calibration, cast("Sequence[object]", rewards), lengths, self.source)

    def _token_counts(self, kwargs: Mapping[str, object]) -> list[int]:
        ids = kwargs.get("completion_ids")
        if ids is None:
            raise InputError("tokens=True needs completion_ids, which this release of TRL does not give")
        return [len(row) for row in cast("Sequence[Sequence[int]]", ids)]


class SyncTrlReward:
    """Calibrated rewards as a reward function of TRL; can be pickled where the function in it can."""

    def __init__(self, name: str, score: Callable[..., CalibratedBatch]) -> None:
        """Keep what scores ``(prompts, completions, kwargs)``, and the name in TRL's logs."""
        self.__name__ = name
        self._score = score

    def __call__(
        self, prompts: Sequence[object], completions: Sequence[object], **kwargs: object
    ) -> list[float | None]:
        """Return a calibrated reward a completion; None where there is none."""
        return _logged(self._score(prompts, completions, kwargs), kwargs)


class AsyncTrlReward:
    """The same for a reward function that is a coroutine."""

    def __init__(self, name: str, score: Callable[..., Awaitable[object]], calibrate: _Calibrated) -> None:
        """Keep the coroutine, what calibrates its rewards, and the name in TRL's logs."""
        self.__name__ = name
        self._score = score
        self._calibrate = calibrate
        self._mark()

    async def __call__(
        self, prompts: Sequence[object], completions: Sequence[object], **kwargs: object
    ) -> list[float | None]:
        """Return a calibrated reward a completion; None where there is none."""
        rewards = await self._score(prompts=prompts, completions=completions, **kwargs)
        return _logged(await in_thread(lambda: self._calibrate(rewards, completions, kwargs)), kwargs)

    def _mark(self) -> None:
        # Releases of TRL that look at the object alone see a coroutine function where Python can mark one
        # (3.12).
        mark = getattr(inspect, "markcoroutinefunction", None)
        if mark is not None:
            mark(self)

    def __getstate__(self) -> tuple[str, Callable[..., Awaitable[object]], _Calibrated]:
        return self.__name__, self._score, self._calibrate

    def __setstate__(self, state: tuple[str, Callable[..., Awaitable[object]], _Calibrated]) -> None:
        self.__init__(*state)  # type: ignore[misc]


@dataclass(frozen=True)
class _FromFunction:
    function: Callable[..., object]
    calibrate: _Calibrated

    def __call__(
        self, prompts: Sequence[object], completions: Sequence[object], kwargs: Mapping[str, object]
    ) -> CalibratedBatch:
        rewards = self.function(prompts=prompts, completions=completions, **kwargs)
        return self.calibrate(rewards, completions, kwargs)


@dataclass(frozen=True)
class _FromSidecar:
    score: SidecarScoring
    template: ChatTemplate | None

    def __call__(
        self, prompts: Sequence[object], completions: Sequence[object], kwargs: Mapping[str, object]
    ) -> CalibratedBatch:
        texts = [
            reward_model_texts(prompt, completion, self.template, f"completion {i}")
            for i, (prompt, completion) in enumerate(zip(prompts, completions, strict=True))
        ]
        return self.score([text for text, _ in texts], [before for _, before in texts])


def trl_reward(
    client: ClientOrCurve,
    reward_function: Callable[..., TrlRewards | Awaitable[TrlRewards]] | None = None,
    *,
    reward_model: str | None = None,
    upstream: str | None = None,
    version: int | None = None,
    observe: bool = False,
    on_missing_curve: OnMissingCurve = "error",
    tokens: bool = False,
    tokenizer: ChatTemplate | str | None = None,
    name: str | None = None,
) -> SyncTrlReward | AsyncTrlReward:
    """Return a reward function for TRL whose rewards are calibrated: r − Σ α · b̂(c).

    Args:
        client: a Client, the URL of the service, or a Curve (no service is asked). TRL's asynchronous
            trainers send the function to another process: give a URL or a Curve there.
        reward_function: gives raw rewards, ``f(prompts, completions, **kwargs)`` as TRL has it, sync or
            async. A None stays None.
        reward_model: whose curve at the service calibrates; not needed with a Curve.
        upstream: in the place of ``reward_function``, the name of a reward model's server in the service's
            configuration: the sidecar asks it and calibrates.
        version: pin a version of the curve, so that the reward keeps still during a run.
        observe: let the service keep the numbers (never text) for a later refit.
        on_missing_curve: without a curve ``"error"``, or ``"passthrough"``: raw rewards.
        tokens: the curve is one of ``tokens``: the lengths of TRL's ``completion_ids``.
        tokenizer: with ``upstream``: the reward model's tokenizer, or its name, whose chat template writes
            what the reward model reads. Without it prompt and completion are put together as they are.
        name: the name in TRL's logs; by default ``calibrated_`` and that of the function or upstream.

    Returns:
        a function of TRL, a coroutine where ``reward_function`` is one. Of completions that are messages,
        what the assistant says is measured. The means of ``calibration/raw_reward``, ``calibration/bias`` and
        ``calibration/length`` (code points) go to TRL's log.

    Raises:
        InputError: arguments that do not go together. The function that is returned raises InputError for
            rewards that are no finite numbers, ServiceError and Unreachable.
    """
    require_one_source(reward_function, upstream, "reward_function")
    if upstream is not None:
        given: dict[str, object] = {"reward_model": reward_model, "version": version, "observe": observe,
                                    "on_missing_curve": on_missing_curve, "tokens": tokens}  # fmt: skip
        sidecar = _FromSidecar(scoring_by(client, upstream, given), template_of(tokenizer))
        return SyncTrlReward(name or f"calibrated_{upstream}", sidecar)
    function = cast("Callable[..., object]", reward_function)
    if tokenizer is not None:
        raise InputError("tokenizer= has no effect without upstream=: the reward function reads the texts")
    source = name_of(function)
    calibration = calibration_by(client, reward_model, version, observe, on_missing_curve)
    calibrate = _Calibrated(calibration, source, tokens)
    if is_async(function):
        coroutine = cast("Callable[..., Awaitable[object]]", function)
        return AsyncTrlReward(name or f"calibrated_{source}", coroutine, calibrate)
    return SyncTrlReward(name or f"calibrated_{source}", _FromFunction(function, calibrate))


def _logged(batch: CalibratedBatch, kwargs: Mapping[str, object]) -> list[float | None]:
    log_metric = kwargs.get("log_metric")
    if callable(log_metric):
        for name, mean in batch.means().items():
            log_metric(f"calibration/{name}", mean)
    return batch.rewards
