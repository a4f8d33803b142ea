"""Leaderboards of generators over a baseline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .columns import collect, take_column
from .connected import Connected, present
from .errors import InputError
from .formats import rows_of
from .judgements import Leaderboard
from .numeric import items_of
from .problems import understood
from .settings import Auto, Characteristics, Estimator, Settings
from .tables import table_of


class Ranking(Connected):
    """The part of the client that ranks generators."""

    def leaderboard(
        self,
        /,
        outputs: object,
        *,
        baseline: object = None,
        reference: Mapping[str, float] | Sequence[Mapping[str, object]] | None = None,
        reward_model: str | None = None,
        version: int | None = None,
        variants: Mapping[str, str] | None = None,
        generator: str = "generator",
        prompt_id: str = "prompt_id",
        reward: str = "reward",
        response: str | None = None,
        estimator: Estimator | None = None,
        characteristics: Characteristics | None = None,
        frac: float | Auto | None = None,
        iterations: int | Auto | None = None,
        penalty: float | None = None,
        ratio: float | None = None,
        min_samples: int | None = None,
        **columns: str,
    ) -> Leaderboard:
        """Rank generators by win rate over a baseline, before and after calibration (AlpacaEval's protocol).

        Args:
            outputs: a frame with the columns ``generator``, ``prompt_id``, ``reward`` and ``response`` or
                characteristics; or a list of outputs as the service has them.
            baseline: likewise, without ``generator``; or the name of a generator among the outputs, which is
                then the baseline and not ranked. A baseline without rewards has 0.
            reference: accepted quality of generators, higher is better: ``{generator: score}`` or a list of
                ``{"generator", "score"}``.
            reward_model: use its curve; by default one is fitted to all outputs, and not kept.
            version: of that curve.
            variants: endings of the names of models asked for ``concise`` or ``verbose`` answers.
            generator: name of the column.
            prompt_id: name of the column.
            reward: name of the column.
            response: name of the column; "response" where there is one.
            estimator: as for ``fit``, and so are the other settings.
            characteristics: see ``fit``.
            frac: see ``fit``.
            iterations: see ``fit``.
            penalty: see ``fit``.
            ratio: see ``fit``.
            min_samples: see ``fit``.
            **columns: characteristics and the names of their columns: ``chars="n_chars"``.
        """
        settings = Settings(estimator, characteristics, frac, iterations, penalty, ratio, min_samples)
        names = {"generator": generator, "prompt_id": prompt_id, "reward": reward, "response": response}
        listed = _outputs(outputs, names, columns, settings, "outputs")
        if baseline is None:
            raise InputError("baseline is needed: outputs to compare with, or the name of a generator")
        if isinstance(baseline, str):
            compared = [_without_generator(one) for one in listed if one.get("generator") == baseline]
            listed = [one for one in listed if one.get("generator") != baseline]
            if not compared:
                raise InputError(f"baseline: no output is of the generator {baseline!r}")
        else:
            compared = [
                _without_generator(one) for one in _outputs(baseline, names, columns, settings, "baseline")
            ]
        scores = reference
        if isinstance(reference, Mapping):
            scores = [{"generator": name, "score": score} for name, score in reference.items()]
        given = {name for one in listed for name in one.get("characteristics", ())}
        has_texts = any("response" in one for one in listed)
        body = {**settings.body(), "outputs": listed, "baseline": compared}
        if (
            reward_model is None
            and settings.characteristics is None
            and given
            and not has_texts | ("chars" in given)
        ):
            body["characteristics"] = list(dict.fromkeys(n for one in listed for n in one["characteristics"]))
        body |= present(reference=scores, reward_model=reward_model, version=version, variants=variants)
        return understood(Leaderboard.of, self.ask("POST", "/v1/leaderboard", body))


def _outputs(
    given: object,
    names: Mapping[str, str | None],
    columns: Mapping[str, str],
    settings: Settings,
    what: str,
) -> list[dict[str, Any]]:
    if isinstance(given, Sequence) and not isinstance(given, str):
        if not all(isinstance(one, Mapping) for one in given):
            raise InputError(f"{what}: needs a frame, or a list of dicts")
        if not columns and all(name is None or name == key for key, name in names.items()):
            return [dict(one) for one in given]
    table = table_of(given)
    samples = collect(
        given,
        rewards=names["reward"] if what == "outputs" or names["reward"] in table.columns else None,
        responses=names["response"],
        characteristics=columns,
        default_characteristics=settings.named_columns(),
        needs_rewards=what == "outputs",
    )
    prompts = items_of(take_column(table, names["prompt_id"], "prompt_id").values, "prompt_id")
    rows = list(rows_of(samples))
    for row, prompt in zip(rows, prompts, strict=True):
        row["prompt_id"] = prompt
    if what == "outputs":
        for row, generator in zip(
            rows,
            items_of(take_column(table, names["generator"], "generator").values, "generator"),
            strict=True,
        ):
            row["generator"] = generator
    return rows


def _without_generator(output: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in output.items() if name != "generator"}
