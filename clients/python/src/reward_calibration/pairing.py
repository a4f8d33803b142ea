"""Preference pairs and disputed pairs of scored responses."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from .calibrating import without_needless_texts
from .columns import Samples, collect, take_column, usual_column
from .connected import Connected, given_of, present, prompts_of
from .errors import InputError, Unreachable
from .formats import (
    ARROW,
    SampleLines,
    arrow_body,
    columns_of,
    format_of,
    json_body,
    line_of,
    plain,
    rows_of,
)
from .pair_lists import DisputedPairs, PreferencePairs
from .problems import line_error
from .results import warnings_of
from .settings import Auto, Characteristics, Estimator, Settings, text_of
from .tables import table_of
from .text import codes_of, read_conversations

LONGEST_ID = 200


class Pairing(Connected):
    """The part of the client that makes pairs."""

    def preference_pairs(
        self,
        /,
        reward_model: str,
        data: object = None,
        *,
        prompts: object = None,
        prompt: object = None,
        responses: object = None,
        response: object = None,
        rewards: object = None,
        reward: object = None,
        select: Literal["best-worst", "best-random", "all-above-margin"] | None = None,
        min_margin: float | None = None,
        seed: int | None = None,
        include_scores: bool = False,
        version: int | None = None,
        on_missing_curve: Literal["error", "passthrough"] = "error",
        **columns: object,
    ) -> PreferencePairs:
        """Preference pairs for DPO, chosen by calibrated reward; nothing is fitted.

        The rows may stand in any order: responses to one prompt are brought together, prompts in the order of
        their first row. Prompts and responses are texts or lists of messages, and come out as they came in.

        Args:
            reward_model: whose curve calibrates.
            data: a frame; see ``fit``.
            prompts: one a row; ``prompt`` is the same.
            prompt: see ``prompts``.
            responses: one a row; ``response`` is the same.
            response: see ``responses``.
            rewards: raw rewards; ``reward`` is the same.
            reward: see ``rewards``.
            select: ``best-worst`` (default), ``best-random`` or ``all-above-margin``.
            min_margin: only pairs whose calibrated margin is above it; 0 by default.
            seed: of ``best-random``.
            include_scores: rows get ``score_chosen``, ``raw_score_chosen`` etc.
            version: of the curve; by default the current one.
            on_missing_curve: without a curve raise ServiceError, or make pairs by raw reward.
            **columns: characteristics that replace measuring: ``chars=``, ``tokens=``, ….
        """
        raw = given_of(rewards, reward, ("rewards", "reward"))
        texts = given_of(responses, response, ("responses", "response"))
        asked = given_of(prompts, prompt, ("prompts", "prompt"))
        samples = collect(data, rewards=raw, responses=texts, prompts=asked, characteristics=columns)
        if samples.prompts is None or samples.responses is None:
            raise InputError(
                "prompts and responses are needed: pairs are made of the responses to one prompt"
            )
        groups = _Groups(
            samples,
            _conversations(data, asked, "prompts", samples),
            _conversations(data, texts, "responses", samples),
        )
        query = [
            (name, text_of(value))
            for name, value in present(
                reward_model=reward_model,
                select=select,
                min_margin=min_margin,
                seed=seed,
                include="scores" if include_scores else None,
                version=version,
                on_missing_curve=on_missing_curve,
            ).items()
        ]
        return self._stream_pairs(query, groups)

    def _stream_pairs(self, query: Sequence[tuple[str, str]], groups: _Groups) -> PreferencePairs:
        form = groups.samples.form
        pairs: list[Mapping[str, Any]] = []
        summary: Mapping[str, Any] | None = None
        with self.transport.stream(
            "POST", "/v1/preference-pairs", query=query, lines=groups, form=form
        ) as answer:
            for text in answer:
                line = json.loads(text)
                if "error" in line:
                    row = groups.row_of(line["error"])
                    raise line_error(line["error"], row, answer.headers.get("x-request-id"), form)
                if "summary" in line:
                    summary = line["summary"]
                else:
                    pairs.append(line)
            version = answer.headers.get("x-curve-version")
        if summary is None:
            raise Unreachable("the answer has no summary: it broke off")
        return PreferencePairs(tuple(pairs), summary, None if version is None else int(version))

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
            include: which texts ``ask`` holds, where they are given.
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
            raise InputError("prompts are needed: pairs are made of the responses to one prompt")
        named = _ids(data, ids, samples)
        parameters = {**present(reward_model=reward_model, version=version), **settings.body()}
        parameters |= {"count": count, "seed": seed, "purpose": purpose}
        query = [
            *(
                (name, text_of(value))
                for name, value in present(reward_model=reward_model, version=version).items()
            ),
            *settings.query(),
            ("count", text_of(count)),
            ("seed", text_of(seed)),
            ("purpose", purpose),
        ]
        answer = self._search(samples, named, settings, reward_model, parameters, query)
        return _asked(answer, samples, include)

    def _search(
        self,
        samples: Samples,
        ids: list[str | int] | None,
        settings: Settings,
        reward_model: str | None,
        parameters: dict[str, Any],
        query: list[tuple[str, str]],
    ) -> dict[str, Any]:
        path, form = "/v1/disputed-pairs", samples.form
        if reward_model is None:
            completed = settings.completed_for(samples)
            parameters = {**parameters, **completed.body()}
            samples = without_needless_texts(samples, completed.names())
            query = [*(one for one in query if one[0] != "characteristics"), *completed.query()[:0]]
            query += [one for one in completed.query() if one[0] == "characteristics"]
        chosen = "lines" if ids is not None else format_of(samples)
        answer: dict[str, Any]
        if chosen == "lines" and reward_model is not None:
            order = _together(samples)
            lines = SampleLines(samples, prompts=True, ids=ids, order=order)
            with self.transport.stream(
                "POST", path, query=query, lines=lines, row_of=order.__getitem__, form=form
            ) as streamed:
                answer = json.loads(streamed.read())
            return _with_rows(answer, order)
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


@dataclass(frozen=True)
class _Groups:
    """Responses brought together by prompt: a line a prompt; may be iterated again."""

    samples: Samples
    prompts: Sequence[str | list[dict[str, str]]]
    responses: Sequence[str | list[dict[str, str]]]

    def __iter__(self) -> Iterator[bytes]:
        rewards = plain(self.samples.rewards)
        named = [(name, plain(values)) for name, values in self.samples.characteristics.items()]
        for rows in self._rows():
            listed = []
            for row in rows:
                scored: dict[str, Any] = {"response": self.responses[row], "reward": rewards[row]}
                if named:
                    scored["characteristics"] = {name: values[row] for name, values in named}
                listed.append(scored)
            yield line_of({"prompt": self.prompts[rows[0]], "responses": listed})

    def row_of(self, problem: Mapping[str, Any]) -> int:
        """The row that the error of a line is about: its response, or the first one to its prompt."""
        rows = self._rows()[int(problem["line"]) - 1]
        for error in problem.get("errors", ()):
            parts = str(error.get("path", "")).split("/")
            if len(parts) > 2 and parts[1] == "responses" and parts[2].isdigit():
                return rows[int(parts[2])]
        return rows[0]

    def _rows(self) -> list[list[int]]:
        rows: dict[int, list[int]] = {}
        for row, group in enumerate(self.samples.groups() or ()):
            rows.setdefault(group, []).append(row)
        return list(rows.values())


def _conversations(
    data: object, given: object, keyword: str, samples: Samples
) -> Sequence[str | list[dict[str, str]]]:
    table = None if data is None else table_of(data)
    column = usual_column(table, given, keyword)
    assert column is not None
    return read_conversations(column.values, column.name, samples.form.describe)


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


def _asked(answer: dict[str, Any], samples: Samples, include: Collection[str]) -> DisputedPairs:
    unknown = set(include) - {"prompts", "responses"}
    if unknown:
        raise InputError('include: "prompts" and "responses" are what can be included')
    ask = []
    for pair in answer["ask"]:
        shown = {"id": pair["id"], "left": dict(pair["left"]), "right": dict(pair["right"])}
        if "prompts" in include and samples.prompts is not None:
            shown["prompt"] = samples.prompts[pair["left"]["index"]]
        if "responses" in include and samples.responses is not None:
            for side in ("left", "right"):
                shown[side]["response"] = samples.responses[pair[side]["index"]]
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
    from .numeric import items_of

    values = items_of(column.values, column.name)
    if len(values) != len(samples):
        raise InputError(f"{column.name} has {len(values)} rows, rewards has {len(samples)}")
    for row, value in enumerate(values):
        is_name = isinstance(value, str) and 0 < len(value) <= LONGEST_ID
        if not is_name and (isinstance(value, bool) or not isinstance(value, int)):
            rule = "an id is text of 1 to 200 characters, or a whole number"
            raise InputError(f"{column.name}, {samples.form.describe(row)}: {rule}")
    return values
