"""Fitting curves and calibrating rewards."""

from __future__ import annotations

from typing import Literal

from .calibrating_parts import CalibrateParameters, calibrate_in_parts
from .columns import Samples, collect
from .connected import Connected, given_of, prompts_of
from .errors import InputError
from .fit_requests import send_fit
from .formats import read_columns
from .results import Calibrated, Fit, FitCalibrated
from .settings import Auto, Characteristics, Estimator, Settings


class Calibrating(Connected):
    """The part of the client that fits and calibrates."""

    def fit(
        self,
        /,
        reward_model: str,
        data: object = None,
        *,
        rewards: object = None,
        reward: object = None,
        responses: object = None,
        response: object = None,
        prompts: object = None,
        prompt: object = None,
        groups: object = None,
        estimator: Estimator | None = None,
        characteristics: Characteristics | None = None,
        frac: float | Auto | None = None,
        iterations: int | Auto | None = None,
        penalty: float | None = None,
        ratio: float | None = None,
        min_samples: int | None = None,
        **columns: object,
    ) -> Fit:
        """Fit a bias curve to scored responses; the service stores it as the current version.

        At least 10 samples; a few thousand make a good curve. Give what is measured as ``chars=`` or any
        other characteristic, or ``responses=``, which the service measures (and forgets).

        Args:
            reward_model: its name, such as ``org/reward-model``.
            data: a frame (pandas, polars, Arrow, dict of columns, list of dicts); strings below name its
                columns. Columns called ``reward``, ``response`` and ``prompt`` need no keyword.
            rewards: raw rewards, one a sample; ``reward`` is the same.
            reward: see ``rewards``.
            responses: texts or lists of messages; ``response`` is the same. Not sent where numbers replace
                them.
            response: see ``responses``.
            prompts: of each sample, for ``lwr-within`` and cross-fits; ``prompt`` is the same, and
                ``groups``, where any hashable keys stand for the prompts.
            prompt: see ``prompts``.
            groups: see ``prompts``.
            estimator: ``lwr`` (default), ``mean``, ``penalty``, ``lwr-penalty`` or ``lwr-within``.
            characteristics: what is removed, in this order: names, or ``{"name": …, "alpha": …}``. By
                default ``chars``; where neither responses nor ``chars`` are given, the characteristics that
                are, in their order.
            frac: share of the samples in each local regression, or "auto".
            iterations: robustifying iterations, or "auto".
            penalty: of ``penalty``: reward per unit.
            ratio: of ``mean``.
            min_samples: of ``mean``.
            **columns: characteristics: ``chars=``, ``tokens=``, ….

        Raises InputError, ServiceError, Unreachable. After a connection error a fit that was sent is not sent
        again: it would make a second version.
        """
        settings = Settings(estimator, characteristics, frac, iterations, penalty, ratio, min_samples)
        samples = _collected(
            data,
            given_of(rewards, reward, ("rewards", "reward")),
            given_of(responses, response, ("responses", "response")),
            prompts_of(prompts, prompt, groups),
            columns,
            settings,
        )
        settings = settings.completed_for(samples)
        answer = send_fit(
            self.transport, "/v1/fit", samples, settings, {"reward_model": reward_model}, repeatable=False
        )
        return Fit.of(answer)

    def fit_calibrate(
        self,
        /,
        data: object = None,
        *,
        rewards: object = None,
        reward: object = None,
        responses: object = None,
        response: object = None,
        prompts: object = None,
        prompt: object = None,
        groups: object = None,
        estimator: Estimator | None = None,
        characteristics: Characteristics | None = None,
        frac: float | Auto | None = None,
        iterations: int | Auto | None = None,
        penalty: float | None = None,
        ratio: float | None = None,
        min_samples: int | None = None,
        **columns: object,
    ) -> FitCalibrated:
        """Fit a batch and calibrate that same batch, as the paper does; the service keeps nothing.

        Arguments as for ``fit``. The result has ``rewards`` etc., and the fit as ``fit``.
        """
        settings = Settings(estimator, characteristics, frac, iterations, penalty, ratio, min_samples)
        samples = _collected(
            data,
            given_of(rewards, reward, ("rewards", "reward")),
            given_of(responses, response, ("responses", "response")),
            prompts_of(prompts, prompt, groups),
            columns,
            settings,
        )
        answer = send_fit(self.transport, "/v1/fit-calibrate", samples, settings.completed_for(samples), {})
        part = read_columns({"version": None, "calibrated": True, **answer})
        form = samples.form
        described = {
            name: value for name, value in answer.items() if name not in ("rewards", "biases", "extrapolated")
        }
        return FitCalibrated(
            rewards=form.restore(part.rewards, "calibrated_reward"),
            biases=form.restore(part.biases, "bias"),
            extrapolated=form.restore(part.extrapolated, "extrapolated"),
            version=None,
            calibrated=True,
            answer=answer,
            fit=Fit.of(described),
        )

    def refit(
        self,
        reward_model: str,
        *,
        estimator: Estimator | None = None,
        characteristics: Characteristics | None = None,
        frac: float | Auto | None = None,
        iterations: int | Auto | None = None,
        penalty: float | None = None,
        ratio: float | None = None,
        min_samples: int | None = None,
    ) -> Fit:
        """Fit from the recent samples that ``calibrate(…, observe=True)`` showed the service.

        Settings left out are those of the current curve.
        """
        settings = Settings(estimator, characteristics, frac, iterations, penalty, ratio, min_samples)
        body = {"reward_model": reward_model, **settings.body()}
        return Fit.of(self.ask("POST", "/v1/refit", body, repeatable=False))

    def calibrate(
        self,
        /,
        reward_model: str,
        data: object = None,
        *,
        rewards: object = None,
        reward: object = None,
        responses: object = None,
        response: object = None,
        prompts: object = None,
        prompt: object = None,
        groups: object = None,
        version: int | None = None,
        keep_mean: bool = False,
        observe: bool = False,
        on_missing_curve: Literal["error", "passthrough"] = "error",
        **columns: object,
    ) -> Calibrated:
        """Calibrate rewards by the reward model's curve: calibrated = raw − Σ α · bias(characteristic).

        Batches above ``max_batch`` rows are split; every part is calibrated by the version that calibrated
        the first. Prompts are checked and not sent: they change nothing here.

        Args:
            reward_model: its name.
            data: a frame; see ``fit``. A column ``chars`` is taken without being named where there are no
                responses.
            rewards: raw rewards; ``reward`` is the same.
            reward: see ``rewards``.
            responses: texts or lists of messages, measured by the service; ``response`` is the same. Numbers
                given besides win over measuring.
            response: see ``responses``.
            prompts: taken so that all methods take the same samples; likewise ``prompt`` and ``groups``.
            prompt: see ``prompts``.
            groups: see ``prompts``.
            version: of the curve; by default the current one. Pin it during a training run.
            keep_mean: the mean bias of the fitted samples is added again, so that the mean reward stays.
            observe: the service keeps the numbers (never text) for ``refit``.
            on_missing_curve: without a curve raise ServiceError ``no-curve``, or let raw rewards through.
            **columns: characteristics: ``chars=``, ``tokens=``, ….
        """
        samples = _collected(
            data,
            given_of(rewards, reward, ("rewards", "reward")),
            given_of(responses, response, ("responses", "response")),
            prompts_of(prompts, prompt, groups),
            columns,
            Settings(),
        )
        if samples.responses is None and not samples.characteristics:
            raise InputError("responses or a characteristic (chars=) are needed, one a sample")
        parameters = CalibrateParameters(reward_model, version, keep_mean, observe, on_missing_curve)
        return calibrate_in_parts(self.transport, samples, parameters, self.max_batch)


def _collected(
    data: object,
    rewards: object,
    responses: object,
    prompts: object,
    columns: dict[str, object],
    settings: Settings,
) -> Samples:
    return collect(
        data,
        rewards=rewards,
        responses=responses,
        prompts=prompts,
        characteristics=columns,
        default_characteristics=settings.named_columns(),
    )
