"""Fitting curves and calibrating rewards."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from .calibrating_parts import CalibrateParameters, calibrate_in_parts
from .columns import Samples, collect
from .connected import Connected, given_of, prompts_of
from .errors import InputError, ServiceError
from .fit_requests import send_fit
from .formats import CalibratedPart, read_columns
from .measuring import OBSERVED, measured
from .problems import understood
from .results import Calibrated, Fit, FitCalibrated, warn_of_unused
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
        other characteristic, or ``responses=``, which are measured here: texts are not sent.

        Args:
            reward_model: its name, such as ``org/reward-model``.
            data: a frame (pandas, polars, Arrow, dict of columns, list of dicts); strings below name its
                columns. Columns called ``reward``, ``response`` and ``prompt`` need no keyword.
            rewards: raw rewards, one a sample; ``reward`` is the same.
            reward: see ``rewards``.
            responses: texts or lists of messages; ``response`` is the same. Not measured where numbers
                replace them.
            response: see ``responses``.
            prompts: of each sample, for ``lwr-within`` and cross-fits; ``prompt`` is the same, and
                ``groups``, where any hashable keys stand for the prompts.
            prompt: see ``prompts``.
            groups: see ``prompts``.
            estimator: ``lwr`` (default), ``mean``, ``penalty``, ``lwr-penalty`` or ``lwr-within``.
            characteristics: what is removed, in this order: names, or ``{"name": …, "alpha": …}``. By
                default ``chars``; where neither responses nor ``chars`` are named, the characteristics that
                are, in their order. A RewardCalibrationWarning says which were given and not used.
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
        settings.warn_of_unused(columns, stacklevel=3)
        answer = send_fit(
            self.transport, "/v1/fit", samples, settings, {"reward_model": reward_model}, repeatable=False
        )
        return understood(Fit.of, answer)

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
        settings = settings.completed_for(samples)
        settings.warn_of_unused(columns, stacklevel=3)
        answer = send_fit(self.transport, "/v1/fit-calibrate", samples, settings, {})
        part = understood(_columns_of_fit, answer, len(samples))
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
            fit=understood(Fit.of, described),
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
        return understood(Fit.of, self.ask("POST", "/v1/refit", body, repeatable=False))

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
            responses: texts or lists of messages; ``response`` is the same. They are measured here, by what
                the curve is of, and not sent; numbers given besides win over measuring.
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
            where = samples.needs("response")
            raise InputError(f"responses or a characteristic (chars=) are needed, one a sample{where}")
        parameters = CalibrateParameters(reward_model, version, keep_mean, observe, on_missing_curve)
        found = self._calibrated(samples, parameters)
        warn_of_unused(found.unused, f"the curve of {reward_model}", stacklevel=3)
        return found

    def _calibrated(self, samples: Samples, parameters: CalibrateParameters) -> Calibrated:
        if samples.responses is None:
            return calibrate_in_parts(self.transport, samples, parameters, self.max_batch)
        try:
            return self._measured_and_calibrated(samples, parameters)
        except ServiceError as error:
            # A service that lost its curves counts versions from 1 again, or a first curve was just fitted:
            # other numbers are needed than was known.
            lacks_numbers = error.status == 422 and any(place.row is None for place in error.places)
            if parameters.observe or not lacks_numbers:
                raise
        self.curve_names.forget(parameters.reward_model)
        return self._measured_and_calibrated(samples, parameters)

    def _measured_and_calibrated(self, samples: Samples, parameters: CalibrateParameters) -> Calibrated:
        """Texts measured for the version that then calibrates: texts do not travel."""
        name = parameters.reward_model
        known = self.curve_names.find(name, parameters.version)
        if known is None:
            # The service says that there is no curve, or lets the raw rewards through.
            numbers = measured(samples, (OBSERVED,), "")
        else:
            parameters = replace(parameters, version=known.version)
            more = (OBSERVED,) if parameters.observe else ()
            needing = f"the curve of {name}, version {known.version}, is one of"
            numbers = measured(samples, tuple(dict.fromkeys((*known.characteristics, *more))), needing)
        found = calibrate_in_parts(self.transport, numbers, parameters, self.max_batch)
        return replace(found, unused=tuple(one for one in found.unused if one in samples.characteristics))


def _columns_of_fit(answer: dict[str, object], rows: int) -> CalibratedPart:
    return read_columns({"version": None, "calibrated": True, **answer}, rows)


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
