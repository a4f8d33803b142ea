"""verl: a custom reward function, ``compute_score``."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, TypeAlias, cast

from ..errors import InputError
from .calibrated_batch import CalibratedBatch
from .chat_template import template_of
from .conversation import ChatTemplate, as_messages, response_text, reward_model_texts
from .reward_functions import in_thread, is_async, name_of, require_one_source
from .reward_sources import Lengths, OnMissingCurve, calibrate_some, calibration_by, scoring_by

if TYPE_CHECKING:
    from .reward_sources import ClientOrCurve

VerlScore: TypeAlias = "float | Mapping[str, object]"
"""What verl takes of a reward function: a number, or a dict with ``score``, of which it logs the rest."""

ComputeScore: TypeAlias = "Callable[..., dict[str, object] | Awaitable[dict[str, object]]]"


def verl_reward(
    client: ClientOrCurve,
    compute_score: Callable[..., VerlScore | Awaitable[VerlScore]] | None = None,
    *,
    reward_model: str | None = None,
    upstream: str | None = None,
    version: int | None = None,
    observe: bool = False,
    on_missing_curve: OnMissingCurve = "error",
    tokenizer: ChatTemplate | str | None = None,
    prompt_key: str = "prompt",
) -> ComputeScore:
    """Return a custom reward function for verl whose score is calibrated: r − Σ α · b̂(c).

        compute_score = verl_reward("http://localhost:8080", my_score, reward_model="org/reward-model")

    Args:
        client: a Client, the URL of the service, or a Curve (no service is asked).
        compute_score: gives the raw score, ``f(data_source, solution_str, ground_truth, extra_info,
            **kwargs)`` as verl calls it, sync or async: a number, or a dict with ``score``.
        reward_model: whose curve at the service calibrates; not needed with a Curve.
        upstream: in the place of ``compute_score``, the name of a reward model's server in the service's
            configuration: the sidecar asks it and calibrates.
        version: pin a version of the curve, so that the reward keeps still during a run.
        observe: let the service keep the numbers (never text) for a later refit.
        on_missing_curve: without a curve ``"error"``, or ``"passthrough"``: raw rewards.
        tokenizer: with ``upstream``: the reward model's tokenizer, or its name, whose chat template writes
            what the reward model reads. Without it messages are followed by blank lines.
        prompt_key: with ``upstream``: where ``extra_info`` has the prompt, a text or messages. Put it there
            when the data set is made: verl gives reward functions no prompt of its own.

    Returns:
        ``compute_score``, a coroutine where the given one is, and with ``upstream``. It returns the
        calibrated ``score``, on which verl trains, with ``raw_reward``, ``bias`` and ``length`` (code
        points), which verl logs, and what else the given function's dict has.

    Raises:
        InputError: arguments that do not go together. The function that is returned raises InputError for
            scores that are no finite numbers, ServiceError and Unreachable.
    """
    require_one_source(compute_score, upstream, "compute_score")
    if upstream is not None:
        given: dict[str, object] = {"reward_model": reward_model, "version": version, "observe": observe,
                                    "on_missing_curve": on_missing_curve}  # fmt: skip
        scoring = scoring_by(client, upstream, given)
        template = template_of(tokenizer)

        async def score_by_sidecar(
            data_source: object,
            solution_str: str,
            ground_truth: object,
            extra_info: Mapping[str, object] | None = None,
            **_: object,
        ) -> dict[str, object]:
            prompt = as_messages(_prompt_in(extra_info, prompt_key), "user", f"extra_info[{prompt_key!r}]")
            text, before = reward_model_texts(prompt, solution_str, template, "the sample")
            return _answer({}, await in_thread(lambda: scoring([text], [before])))

        return score_by_sidecar
    function = cast("Callable[..., object]", compute_score)
    if tokenizer is not None:
        raise InputError("tokenizer= has no effect without upstream=: the reward function reads the texts")
    calibration = calibration_by(client, reward_model, version, observe, on_missing_curve)
    source = name_of(function)

    def calibrate(result: object, solution_str: object) -> dict[str, object]:
        rest = dict(result) if isinstance(result, Mapping) else {}
        if isinstance(result, Mapping) and "score" not in result:
            raise InputError(f'{source} gave a dict without "score"')
        lengths = Lengths([response_text(solution_str, "solution_str")])
        return _answer(rest, calibrate_some(calibration, [rest.get("score", result)], lengths, source))

    if is_async(function):
        coroutine = cast("Callable[..., Awaitable[object]]", function)

        async def score_async(
            data_source: object,
            solution_str: str,
            ground_truth: object,
            extra_info: object = None,
            **kwargs: object,
        ) -> dict[str, object]:
            result = await coroutine(
                data_source=data_source,
                solution_str=solution_str,
                ground_truth=ground_truth,
                extra_info=extra_info,
                **kwargs,
            )
            return await in_thread(lambda: calibrate(result, solution_str))

        return score_async

    def score(
        data_source: object,
        solution_str: str,
        ground_truth: object,
        extra_info: object = None,
        **kwargs: object,
    ) -> dict[str, object]:
        result = function(
            data_source=data_source,
            solution_str=solution_str,
            ground_truth=ground_truth,
            extra_info=extra_info,
            **kwargs,
        )
        return calibrate(result, solution_str)

    return score


def _prompt_in(extra_info: Mapping[str, object] | None, key: str) -> object:
    if extra_info is None or key not in extra_info:
        raise InputError(
            f"extra_info has no {key!r}: put the prompt there when the data set is made (prompt_key=)"
        )
    return extra_info[key]


def _answer(rest: Mapping[str, object], batch: CalibratedBatch) -> dict[str, object]:
    return {**rest, "score": batch.reward(0), **batch.parts(0)}
