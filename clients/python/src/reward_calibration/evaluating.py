"""Judging calibration by labelled pairs and by labels of disputed ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from .connected import Connected, present
from .errors import InputError
from .forms import Form
from .judgements import Evaluation, Verdict
from .labelled_pairs import as_the_service_has_them, pairs_of
from .pair_lists import DisputedPairs
from .problems import understood
from .settings import Auto, Characteristics, Estimator, Settings


class Evaluating(Connected):
    """The part of the client that judges calibration by labels."""

    def evaluate(
        self,
        /,
        data: object = None,
        *,
        reward_model: str | None = None,
        version: int | None = None,
        pairs: Sequence[Mapping[str, object]] | None = None,
        rows: Sequence[Mapping[str, object]] | None = None,
        protocol: Literal["reward-bench", "reward-bench-2"] | None = None,
        ties: Literal["half", "wrong"] | None = None,
        bootstrap: Mapping[str, int] | None = None,
        chosen_reward: object = None,
        rejected_reward: object = None,
        chosen: object = None,
        rejected: object = None,
        prompt: object = None,
        subset: object = None,
        estimator: Estimator | None = None,
        characteristics: Characteristics | None = None,
        frac: float | Auto | None = None,
        iterations: int | Auto | None = None,
        penalty: float | None = None,
        ratio: float | None = None,
        min_samples: int | None = None,
        **columns: object,
    ) -> Evaluation:
        """Accuracy on labelled pairs before and after calibration; nothing is kept.

        With ``reward_model`` its curve is judged, else one that is fitted to the responses of these pairs by
        the settings (as for ``fit``).

        Args:
            data: a frame of pairs (columns ``chosen_reward``, ``rejected_reward``, ``chosen``, ``rejected``,
                ``prompt``, ``subset`` need no keyword), or a list of pairs or of RewardBench's rows.
            reward_model: whose curve is judged.
            version: of that curve.
            pairs: pairs as the service has them: ``{"chosen": {"reward": …}, "rejected": {…}}``.
            rows: rows as RewardBench writes them (``scores_chosen``, ``text_chosen``, …).
            protocol: also the score of RewardBench, or of RewardBench 2 with its ``rows``.
            ties: what a pair of equal rewards counts.
            bootstrap: ``{"resamples": …, "seed": …}`` of the interval.
            chosen_reward: rewards of the preferred responses: a column, or its name.
            rejected_reward: of the others.
            chosen: texts of the preferred responses.
            rejected: of the others.
            prompt: of each pair: pairs of one prompt count for less than as many of different ones.
            subset: of each pair: accuracies are also given by subset.
            estimator: as for ``fit``, and so are the other settings.
            characteristics: see ``fit``.
            frac: see ``fit``.
            iterations: see ``fit``.
            penalty: see ``fit``.
            ratio: see ``fit``.
            min_samples: see ``fit``.
            **columns: measured characteristics: ``chosen_chars=``, ``rejected_chars=``, ….
        """
        settings = Settings(estimator, characteristics, frac, iterations, penalty, ratio, min_samples)
        given = {
            "chosen_reward": chosen_reward,
            "rejected_reward": rejected_reward,
            "chosen": chosen,
            "rejected": rejected,
            "prompt": prompt,
            "subset": subset,
        }
        labelled, form = _labelled(data, pairs, rows, given, columns, settings, reward_model)
        body = {
            **labelled,
            **present(
                reward_model=reward_model, version=version, protocol=protocol, ties=ties, bootstrap=bootstrap
            ),
        }
        return understood(Evaluation.of, self.ask("POST", "/v1/evaluate", body, form=form))

    def verdict(
        self,
        /,
        data: object = None,
        *,
        key: str | DisputedPairs | None = None,
        labels: Mapping[str, str] | Sequence[Mapping[str, str]] | None = None,
        counts: Mapping[str, float] | None = None,
        reward_model: str | None = None,
        version: int | None = None,
        pairs: Sequence[Mapping[str, object]] | None = None,
        rows: Sequence[Mapping[str, object]] | None = None,
        chosen_reward: object = None,
        rejected_reward: object = None,
        chosen: object = None,
        rejected: object = None,
        prompt: object = None,
        estimator: Estimator | None = None,
        characteristics: Characteristics | None = None,
        frac: float | Auto | None = None,
        iterations: int | Auto | None = None,
        penalty: float | None = None,
        ratio: float | None = None,
        min_samples: int | None = None,
        **columns: object,
    ) -> Verdict:
        """Whether to calibrate, and how strongly, by labels.

        Give ``key`` and ``labels`` of ``disputed_pairs``, or ``counts``, or labelled pairs as for
        ``evaluate``.

        Args:
            data: labelled pairs; see ``evaluate``.
            key: what ``disputed_pairs`` answered, or its ``key``.
            labels: ``{id: "left" | "right" | "tie"}``, or a list of ``{"id", "preferred"}``; some may be
                missing.
            counts: ``{"fixed", "broken", "share_disputed"}`` and perhaps ``"ties"``, ``"pairs"``.
            reward_model: whose curve is judged.
            version: of that curve.
            pairs: see ``evaluate``; so are all further arguments.
            rows: see ``evaluate``.
            chosen_reward: see ``evaluate``.
            rejected_reward: see ``evaluate``.
            chosen: see ``evaluate``.
            rejected: see ``evaluate``.
            prompt: see ``evaluate``.
            estimator: see ``fit``.
            characteristics: see ``fit``.
            frac: see ``fit``.
            iterations: see ``fit``.
            penalty: see ``fit``.
            ratio: see ``fit``.
            min_samples: see ``fit``.
            **columns: see ``evaluate``.
        """
        settings = Settings(estimator, characteristics, frac, iterations, penalty, ratio, min_samples)
        body: dict[str, Any] = present(reward_model=reward_model, version=version)
        form = None
        if key is not None or labels is not None or counts is not None:
            if data is not None or pairs is not None or rows is not None or columns:
                raise InputError(
                    "give either labels of disputed pairs (key=, labels=), counts=, or labelled pairs"
                )
            text = key.key if isinstance(key, DisputedPairs) else key
            listed = _labels(labels)
            body |= {**present(key=text, labels=listed, counts=counts), **settings.body()}
        else:
            given = {
                "chosen_reward": chosen_reward,
                "rejected_reward": rejected_reward,
                "chosen": chosen,
                "rejected": rejected,
                "prompt": prompt,
            }
            labelled, form = _labelled(data, pairs, rows, given, columns, settings, reward_model)
            body |= labelled
        return understood(Verdict.of, self.ask("POST", "/v1/verdict", body, form=form))


def _labels(given: Mapping[str, str] | Sequence[Mapping[str, str]] | None) -> list[Mapping[str, str]] | None:
    if given is None:
        return None
    if isinstance(given, Mapping):
        return [{"id": name, "preferred": preferred} for name, preferred in given.items()]
    return list(given)


def _labelled(
    data: object,
    pairs: Sequence[Mapping[str, object]] | None,
    rows: Sequence[Mapping[str, object]] | None,
    given: Mapping[str, object],
    columns: Mapping[str, object],
    settings: Settings,
    reward_model: str | None,
) -> tuple[dict[str, Any], Form | None]:
    """The pairs or rows of a body, with the settings."""
    if sum(one is not None for one in (data, pairs, rows)) > 1:
        raise InputError("give one of data, pairs= and rows=")
    kind = as_the_service_has_them(data)
    if kind is not None:
        pairs, rows = (data, None) if kind == "pairs" else (None, data)  # type: ignore[assignment]
    if pairs is not None or rows is not None:
        useless = [name for name, value in {**given, **columns}.items() if value is not None]
        if useless:
            raise InputError(f"{useless[0]}= names a column of a frame, but pairs or rows are given")
        return {**present(pairs=pairs, rows=rows), **settings.body()}, None
    made, form, names = pairs_of(data, given, columns)
    # What is named wins over texts that were found by the names of their columns.
    measurable = given["chosen"] is not None or given["rejected"] is not None or "chars" in names
    if reward_model is None and settings.characteristics is None and names and not measurable:
        return {"pairs": made, **settings.body(), "characteristics": names}, form
    return {"pairs": made, **settings.body()}, form
