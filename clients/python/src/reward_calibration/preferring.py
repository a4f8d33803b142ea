"""Preference pairs for training, of scored responses."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from .columns import Samples, collect, usual_column
from .connected import Connected, given_of, present
from .errors import InputError, RewardCalibrationWarning, Unreachable
from .formats import line_of, plain
from .pair_lists import PreferencePairs
from .problems import json_of, line_error, object_of, understood
from .results import counted
from .settings import text_of
from .tables import table_of
from .text import read_conversations


class Preferring(Connected):
    """The part of the client that makes preference pairs."""

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
            where = samples.needs("prompt" if samples.prompts is None else "response")
            raise InputError(
                f"prompts and responses are needed: pairs are made of the responses to one prompt{where}"
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
        pairs = self._stream_pairs(query, groups)
        if not pairs:
            skipped = [f"{n:,} {why.replace('_', ' ')}" for why, n in pairs.summary["skipped"].items() if n]
            prompts_read = counted(pairs.summary["groups"], "prompt")
            message = f"no pair was made of {prompts_read} (skipped: {', '.join(skipped)})"
            warnings.warn(message, RewardCalibrationWarning, stacklevel=2)
        return replace(pairs, unused=self._unused(reward_model, pairs.version, samples))

    def _stream_pairs(self, query: Sequence[tuple[str, str]], groups: _Groups) -> PreferencePairs:
        form = groups.samples.form
        pairs: list[Mapping[str, Any]] = []
        summary: Mapping[str, Any] | None = None
        with self.transport.stream(
            "POST", "/v1/preference-pairs", query=query, lines=groups, form=form
        ) as answer:
            for text in answer:
                line = understood(object_of, json_of(text, answer.status, answer.headers))
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

    def _unused(self, reward_model: str, version: int | None, samples: Samples) -> tuple[str, ...]:
        """Characteristics that were given and not used: the answer to lines does not name them."""
        if version is None or not samples.characteristics:
            return ()
        history = self.ask("GET", "/v1/curves", query=[("reward_model", reward_model)])
        kept = [one for one in history["versions"] if one["version"] == version]
        used = {characteristic["name"] for one in kept for characteristic in one["characteristics"]}
        return tuple(name for name in samples.characteristics if used and name not in used)


@dataclass(frozen=True)
class _Groups:
    """Responses brought together by prompt: a line a prompt; may be iterated again."""

    samples: Samples
    prompts: Sequence[str | list[dict[str, Any]]]
    responses: Sequence[str | list[dict[str, Any]]]

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
) -> Sequence[str | list[dict[str, Any]]]:
    table = None if data is None else table_of(data)
    column = usual_column(table, given, keyword)
    assert column is not None
    return read_conversations(column.values, column.name, samples.form.describe)
