"""Disputed pairs: those whose order the calibration turns round, drawn for labelling."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Literal

from .columns import Samples, collect, take_column, usual_column
from .connected import Connected, given_of, present, prompts_of
from .errors import InputError
from .fit_requests import without_needless_texts
from .formats import ARROW, SampleLines, arrow_body, columns_of, format_of, json_body, rows_of
from .numeric import items_of
from .pair_lists import DisputedPairs
from .problems import understood
from .results import counted, warnings_of
from .settings import Auto, Characteristics, Estimator, Settings, text_of
from .tables import table_of
from .text import codes_of

LONGEST_ID = 200


class Disputing(Connected):
    """The part of the client that draws disputed pairs."""

    def disputed_pairs(
        self,
        /,
        reward_model: str | None = None,
        data: object = None,
        *,
        prompts: object = None,
        prompt: object = None,
        groups: object = None,
        responses: object = None,
        response: object = None,
        rewards: object = None,
        reward: object = None,
        ids: object = None,
        count: int = 20,
        seed: int = 0,
        purpose: Literal["pairs", "best-of-n"] = "pairs",
        include: Collection[Literal["prompts", "responses"]] = ("prompts", "responses"),
        version: int | None = None,
        estimator: Estimator | None = None,
        characteristics: Characteristics | None = None,
        frac: float | Auto | None = None,
        iterations: int | Auto | None = None,
        penalty: float | None = None,
        ratio: float | None = None,
        min_samples: int | None = None,
        **columns: object,
    ) -> DisputedPairs:
        """Draw pairs whose order the calibration turns round: labels of these say whether it is a gain.

        By the curve of ``reward_model``; without it one is fitted to these samples, and not kept. The texts
        of the pairs to label are put in by the client, from what was given; the service returns none.

        Args:
            reward_model: whose curve disputes.
            data: a frame; see ``fit``. The rows may stand in any order.
            prompts: one a row; ``prompt`` and ``groups`` are the same.
            prompt: see ``prompts``.
            groups: see ``prompts``.
            responses: texts or lists of messages; ``response`` is the same.
            response: see ``responses``.
            rewards: raw rewards; ``reward`` is the same.
            reward: see ``rewards``.
            ids: names of the responses, different within a prompt: with them the same seed draws the same
                pairs in whatever order the rows stand.
            count: pairs to ask about, at most.
            seed: of the draw.
            purpose: ``pairs``, or ``best-of-n``: the best by raw reward against the best by calibrated one.
            include: what ``ask`` holds, where it is given: prompts as they came in, responses as text.
            version: of the curve.
            estimator: of the fit without ``reward_model``; as for ``fit``, and so are the other settings.
            characteristics: see ``fit``.
            frac: see ``fit``.
            iterations: see ``fit``.
            penalty: see ``fit``.
            ratio: see ``fit``.
            min_samples: see ``fit``.
            **columns: characteristics: ``chars=``, ``tokens=``, ….
        """
        if set(include) - {"prompts", "responses"}:
            raise InputError('include: "prompts" and "responses" are what can be included')
        settings = Settings(estimator, characteristics, frac, iterations, penalty, ratio, min_samples)
        texts = given_of(responses, response, ("responses", "response"))
        asked = prompts_of(prompts, prompt, groups)
        samples = collect(
            data,
            rewards=given_of(rewards, reward, ("rewards", "reward")),
            responses=texts,
            prompts=asked,
            characteristics=columns,
            default_characteristics=settings.named_columns(),
        )
        if samples.prompts is None:
            where = samples.needs("prompt")
            raise InputError(f"prompts are needed: pairs are made of the responses to one prompt{where}")
        named = _ids(data, ids, samples)
        if reward_model is None:
            settings = settings.completed_for(samples)
        named_curve = present(reward_model=reward_model, version=version)
        draw = {"count": count, "seed": seed, "purpose": purpose}
        body = {**named_curve, **settings.body(), **draw}
        query = [
            *((name, text_of(value)) for name, value in named_curve.items()),
            *settings.query(),
            *((name, text_of(value)) for name, value in draw.items()),
        ]
        fitted = settings.names() if reward_model is None else None
        answer = self._search(samples, named, fitted, body, query)
        keys = _prompts_as_given(data, asked) if "prompts" in include else None
        return understood(_asked, answer, samples.responses if "responses" in include else None, keys)

    def _search(
        self,
        samples: Samples,
        ids: list[str | int] | None,
        fitted: list[str] | None,
        parameters: dict[str, Any],
        query: list[tuple[str, str]],
    ) -> dict[str, Any]:
        """The answer; ``fitted`` are the characteristics where a curve is fitted for the search."""
        path, form = "/v1/disputed-pairs", samples.form
        if fitted is not None:
            samples = without_needless_texts(samples, fitted)
        chosen = "lines" if ids is not None else format_of(samples)
        answer: dict[str, Any]
        if chosen == "lines" and fitted is None:
            order = _together(samples)
            lines = SampleLines(samples, prompts=True, ids=ids, order=order)
            with self.transport.stream(
                "POST", path, query=query, lines=lines, row_of=order.__getitem__, form=form
            ) as streamed:
                answer = streamed.json()
            return understood(_with_rows, answer, order)
        if chosen == "lines":
            body = json_body({**parameters, "samples": list(rows_of(samples, prompts=True, ids=ids))})
            answer = self.transport.request("POST", path, body=body, form=form).json()
            return answer
        codes = samples.groups()
        if chosen == "arrow":
            content = arrow_body(samples, codes)
            answer = self.transport.request(
                "POST", path, query=query, body=content, content_type=ARROW, form=form
            ).json()
            return answer
        body = json_body({**parameters, "columns": columns_of(samples, codes)})
        answer = self.transport.request("POST", path, body=body, form=form).json()
        return answer


def _together(samples: Samples) -> list[int]:
    """The rows in an order in which those of one prompt follow each other."""
    groups = codes_of(samples.prompts or ())
    return sorted(range(len(samples)), key=groups.__getitem__)


def _with_rows(answer: dict[str, Any], order: Sequence[int]) -> dict[str, Any]:
    """The answer with the caller's rows instead of the places of the lines."""
    for pair in answer["ask"]:
        for side in ("left", "right"):
            pair[side]["index"] = order[pair[side]["index"]]
    return answer


def _prompts_as_given(data: object, given: object) -> list[Any]:
    column = usual_column(None if data is None else table_of(data), given, "prompts")
    assert column is not None
    return items_of(column.values, column.name)


def _asked(
    answer: dict[str, Any], responses: Sequence[str] | None, prompts: Sequence[Any] | None
) -> DisputedPairs:
    ask = []
    for pair in answer["ask"]:
        shown = {"id": pair["id"], "left": dict(pair["left"]), "right": dict(pair["right"])}
        if prompts is not None:
            shown["prompt"] = prompts[pair["left"]["index"]]
        if responses is not None:
            for side in ("left", "right"):
                shown[side]["response"] = responses[pair[side]["index"]]
        ask.append(shown)
    return DisputedPairs(
        pairs=answer["pairs"],
        disputed=answer["disputed"],
        share_disputed=answer["share_disputed"],
        needed_pairs=answer["needed_pairs"],
        ask=tuple(ask),
        key=answer["key"],
        reward_model=answer["reward_model"],
        version=answer["version"],
        warnings=warnings_of(answer["warnings"]),
        answer=answer,
    )


def _ids(data: object, given: object, samples: Samples) -> list[str | int] | None:
    if given is None:
        return None
    column = take_column(None if data is None else table_of(data), given, "ids")
    values = items_of(column.values, column.name)
    if len(values) != len(samples):
        raise InputError(f"{column.name} has {counted(len(values), 'row')}, rewards has {len(samples)}")
    for row, value in enumerate(values):
        is_name = isinstance(value, str) and 0 < len(value) <= LONGEST_ID
        if not is_name and (isinstance(value, bool) or not isinstance(value, int)):
            rule = "an id is text of 1 to 200 characters, or a whole number"
            raise InputError(f"{column.name}, {samples.form.describe(row)}: {rule}")
    return values
