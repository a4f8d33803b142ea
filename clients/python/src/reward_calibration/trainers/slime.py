"""slime: a custom reward model, ``--custom-rm-path``."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol, TypeAlias, cast

from ..errors import InputError
from .calibrated_batch import CalibratedBatch
from .chat_template import template_of
from .conversation import ChatTemplate, response_text, reward_model_texts
from .reward_functions import in_thread, is_async, name_of, require_one_source
from .reward_sources import Lengths, OnMissingCurve, calibrate_some, calibration_by, scoring_by

if TYPE_CHECKING:
    from .reward_sources import ClientOrCurve


class SlimeSample(Protocol):
    """What is read of slime's ``Sample``."""

    prompt: str | list[dict[str, str]]
    response: str
    response_length: int
    label: str | None


SlimeReward: TypeAlias = "float | dict[str, object]"
"""What slime takes of a reward model: a number, or with ``--reward-key`` a dict that has it."""

CustomRewardModel: TypeAlias = "Callable[..., Awaitable[SlimeReward | list[SlimeReward]]]"


def slime_reward(
    client: ClientOrCurve,
    reward_function: Callable[..., object] | None = None,
    *,
    reward_model: str | None = None,
    upstream: str | None = None,
    version: int | None = None,
    observe: bool = False,
    on_missing_curve: OnMissingCurve = "error",
    tokens: bool = False,
    tokenizer: ChatTemplate | str | None = None,
    reward_key: str | None = None,
) -> CustomRewardModel:
    """Return a custom reward model for slime whose reward is calibrated: r − Σ α · b̂(c).

        custom_rm = slime_reward("http://localhost:8080", my_reward, reward_model="org/reward-model")

    in a module ``rewards``, for ``--custom-rm-path rewards.custom_rm``.

    Args:
        client: a Client, the URL of the service, or a Curve (no service is asked).
        reward_function: gives the raw reward, ``f(args, sample, **kwargs)`` as slime calls it, sync or async;
            with ``--group-rm`` it gets a list of samples and gives a list. A reward is a number, or a dict
            that has the reward key.
        reward_model: whose curve at the service calibrates; not needed with a Curve.
        upstream: in the place of ``reward_function``, the name of a reward model's server in the service's
            configuration: the sidecar asks it and calibrates. (``--rm-type remote_rm`` does so without
                Python.)
        version: pin a version of the curve, so that the reward keeps still during a run.
        observe: let the service keep the numbers (never text) for a later refit.
        on_missing_curve: without a curve ``"error"``, or ``"passthrough"``: raw rewards.
        tokens: the curve is one of ``tokens``: each sample's ``response_length``.
        tokenizer: with ``upstream``: the reward model's tokenizer, or its name, whose chat template writes
            what the reward model reads. Without it a text is followed by the response at once, messages by
            blank lines.
        reward_key: of rewards that are dicts; by default what slime's ``--reward-key`` says.

    Returns:
        a coroutine ``f(args, sample_or_samples, **kwargs)``: a calibrated reward a sample. With a reward key
        it is a dict that also has ``raw_reward``, ``bias`` and ``length`` (code points).

    Raises:
        InputError: arguments that do not go together. The function that is returned raises InputError for
            rewards that are no finite numbers, ServiceError and Unreachable.
    """
    require_one_source(reward_function, upstream, "reward_function")

    def key_of(args: object) -> str | None:
        return reward_key if reward_key is not None else getattr(args, "reward_key", None)

    if upstream is not None:
        given: dict[str, object] = {"reward_model": reward_model, "version": version, "observe": observe,
                                    "on_missing_curve": on_missing_curve, "tokens": tokens}  # fmt: skip
        scoring = scoring_by(client, upstream, given)
        template = template_of(tokenizer)

        def ask(samples: Sequence[SlimeSample]) -> CalibratedBatch:
            texts = [
                reward_model_texts(sample.prompt, sample.response, template, f"sample {i}")
                for i, sample in enumerate(samples)
            ]
            labels = [sample.label for sample in samples]
            return scoring([text for text, _ in texts], [before for _, before in texts], labels)

        async def score_by_sidecar(
            args: object, sample: SlimeSample | Sequence[SlimeSample], **_: object
        ) -> object:
            samples, is_group = _as_group(sample)
            batch = await in_thread(lambda: ask(samples))
            return _answer([{}] * len(samples), batch, key_of(args), is_group)

        return cast("CustomRewardModel", score_by_sidecar)
    function = cast("Callable[..., object]", reward_function)
    if tokenizer is not None:
        raise InputError("tokenizer= has no effect without upstream=: the reward function reads the texts")
    calibration = calibration_by(client, reward_model, version, observe, on_missing_curve)
    source = name_of(function)

    async def score(args: object, sample: SlimeSample | Sequence[SlimeSample], **kwargs: object) -> object:
        if is_async(function):
            result = await cast("Awaitable[object]", function(args, sample, **kwargs))
        else:
            result = await in_thread(lambda: function(args, sample, **kwargs))
        samples, is_group = _as_group(sample)
        results = _results(result, len(samples), is_group, source)
        raw = [_raw(each, key_of(args), source) for each in results]
        responses = [response_text(each.response, f"sample {i}") for i, each in enumerate(samples)]
        lengths = Lengths(responses, [each.response_length for each in samples] if tokens else None)
        batch = await in_thread(lambda: calibrate_some(calibration, raw, lengths, source))
        rest = [each if isinstance(each, Mapping) else {} for each in results]
        return _answer(rest, batch, key_of(args), is_group)

    return cast("CustomRewardModel", score)


def _as_group(sample: SlimeSample | Sequence[SlimeSample]) -> tuple[list[SlimeSample], bool]:
    """The samples, and whether slime gave a group."""
    return (
        (list(sample), True) if isinstance(sample, (list, tuple)) else ([cast("SlimeSample", sample)], False)
    )


def _results(result: object, count: int, is_group: bool, source: str) -> list[object]:
    if not is_group:
        return [result]
    results = list(cast("Sequence[object]", result))
    if len(results) != count:
        raise InputError(f"{source} gave {len(results)} rewards for {count} samples")
    return results


def _raw(result: object, key: str | None, source: str) -> object:
    if not isinstance(result, Mapping):
        return result
    if key is None or key not in result:
        raise InputError(f"{source} gave a dict without the reward key {key!r} (slime: --reward-key)")
    return result[key]


def _answer(
    rest: Sequence[Mapping[str, object]], batch: CalibratedBatch, key: str | None, is_group: bool
) -> object:
    rewards = [batch.reward(i) for i in range(len(rest))]
    answers: list[object] = list(rewards)
    if key is not None:
        answers = [{**each, **batch.parts(i), key: rewards[i]} for i, each in enumerate(rest)]
    return answers if is_group else answers[0]
