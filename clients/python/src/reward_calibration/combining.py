"""Several reward models that scored the same samples, combined after calibration."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from .columns import Samples, collect, read_column
from .connected import Connected, given_of, present
from .errors import InputError
from .formats import LARGEST_BODY, bytes_of, json_body, plain, rows_of
from .forms import Form
from .problems import object_of, understood
from .results import Combined

if TYPE_CHECKING:
    from .forms import Floats


class Combining(Connected):
    """The part of the client that combines reward models."""

    def combine(
        self,
        /,
        data: object = None,
        *,
        rewards: Mapping[str, object],
        responses: object = None,
        response: object = None,
        combine: Literal["mean", "min", "lower-confidence"] = "mean",
        lambda_: float | None = None,
        versions: Mapping[str, int] | None = None,
        observe: bool = False,
        **columns: object,
    ) -> Combined:
        """Calibrate the rewards of several reward models and make one of them.

        Each is calibrated by its own curve and standardised: less its mean, over its robust standard
        deviation, both kept with the curve. They are combined by their mean, the least (``min``), or mean −
        λ · standard deviation (``lower-confidence``).

        Args:
            data: a frame; strings name its columns. See ``fit``.
            rewards: raw rewards by reward model, ``{"org/rm": column, "org/another": column}``.
            responses: texts or lists of messages; ``response`` is the same.
            response: see ``responses``.
            combine: how.
            lambda_: λ of ``lower-confidence``; 1 by default.
            versions: pins the curves of reward models; by default the current ones.
            observe: the service keeps the numbers of every reward model for ``refit``.
            **columns: characteristics: ``chars=``, ``tokens=``, ….
        """
        if len(rewards) < 2:
            raise InputError("rewards: needs two reward models or more, {name: rewards}")
        (first, given), *others = rewards.items()
        texts = given_of(responses, response, ("responses", "response"))
        samples = collect(data, rewards=given, responses=texts, characteristics=columns)
        if samples.responses is None and not samples.characteristics:
            where = samples.needs("response")
            raise InputError(f"responses or a characteristic (chars=) are needed, one a sample{where}")
        scored: dict[str, Floats] = {first: samples.rewards}
        for name, column in others:
            scored[name] = read_column(data, column, f"rewards[{name!r}]", samples)
        fields = {"combine": combine, "include": ["members"], **present(**{"lambda": lambda_})}
        if observe:
            fields["observe"] = True
        return self._combine_in_parts(samples, scored, fields, dict(versions or {}))

    def _combine_in_parts(
        self,
        samples: Samples,
        scored: Mapping[str, Floats],
        fields: Mapping[str, Any],
        versions: dict[str, int],
    ) -> Combined:
        rows = max(1, self.max_batch // len(scored))
        size = bytes_of(samples, "lines") + len(samples) * 60 * len(scored)
        if size > LARGEST_BODY:
            rows = max(1, min(rows, int(rows * LARGEST_BODY / size)))
        answers = []
        unused: list[str] = []
        for start in range(0, len(samples), rows):
            part = samples.part(start, start + rows)
            raw = {name: plain(values[start : start + rows]) for name, values in scored.items()}
            listed = []
            for i, row in enumerate(rows_of(part)):
                del row["reward"]
                listed.append({**row, "rewards": {name: values[i] for name, values in raw.items()}})
            body = json_body({**fields, "versions": versions, "samples": listed})
            response = self.transport.request(
                "POST",
                "/v1/calibrate",
                body=body,
                repeatable="observe" not in fields,
                row_of=_shift(start),
                form=part.form.shifted(start),
            )
            answer = understood(object_of, response.json())
            versions = understood(answer.__getitem__, "versions")
            answers.append((start, answer))
            unused += [
                name for name in response.headers.get("x-unused-characteristics", "").split(", ") if name
            ]
        return understood(_joined, samples.form, answers, tuple(dict.fromkeys(unused)))


def _shift(start: int) -> Any:
    return lambda row: start + row


def _joined(form: Form, answers: list[tuple[int, Any]], unused: tuple[str, ...]) -> Combined:
    outside = {start + row for start, answer in answers for row in answer["extrapolated"]}
    rewards = [float(reward) for _, answer in answers for reward in answer["rewards"]]
    if len(rewards) != form.rows or not all(map(math.isfinite, rewards)):
        raise ValueError("the answer does not have a finite number for every row")
    first = answers[0][1]
    members = {
        name: [float(reward) for _, answer in answers for reward in answer["members"][name]]
        for name in first["members"]
    }
    return Combined(
        rewards=form.restore(rewards, "combined_reward"),
        biases=None,
        extrapolated=form.restore([row in outside for row in range(form.rows)], "extrapolated"),
        version=None,
        calibrated=True,
        unused=unused,
        answer={"combine": first["combine"], "versions": first["versions"]},
        versions=first["versions"],
        members={name: form.restore(values, name) for name, values in members.items()},
    )
