"""Calibrating a batch of any size: in parts that the service takes, all by one version of the curve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from .columns import Samples
from .formats import (
    ARROW,
    LARGEST_BODY,
    CalibratedPart,
    Format,
    arrow_body,
    bytes_of,
    columns_of,
    format_of,
    json_body,
    read_arrow,
    read_columns,
)
from .problems import understood
from .results import Calibrated
from .settings import text_of
from .transport import Transport

if TYPE_CHECKING:
    from .forms import Flags, Floats

UNUSED = "x-unused-characteristics"


@dataclass(frozen=True)
class CalibrateParameters:
    """The parameters of a request besides its samples."""

    reward_model: str
    version: int | None
    keep_mean: bool
    observe: bool
    on_missing_curve: Literal["error", "passthrough"]

    def body(self) -> dict[str, Any]:
        """As fields of a JSON body."""
        fields: dict[str, Any] = {"reward_model": self.reward_model, "include": ["biases"]}
        if self.version is not None:
            fields["version"] = self.version
        if self.keep_mean:
            fields["keep_mean"] = True
        if self.observe:
            fields["observe"] = True
        if self.on_missing_curve != "error":
            fields["on_missing_curve"] = self.on_missing_curve
        return fields

    def query(self) -> list[tuple[str, str]]:
        """As parameters of the query string."""
        fields = {**self.body(), "include": "biases"}
        return [(name, text_of(value)) for name, value in fields.items()]


@dataclass(frozen=True)
class _Answered:
    part: CalibratedPart
    unused: tuple[str, ...]


def calibrate_in_parts(
    transport: Transport, samples: Samples, parameters: CalibrateParameters, max_batch: int
) -> Calibrated:
    """Calibrate samples of numbers, in their order and in the caller's form."""
    chosen = format_of(samples)
    starts = _starts(samples, chosen, max_batch)
    parts = [
        (start, samples.part(start, stop))
        for start, stop in zip(starts, [*starts[1:], len(samples)], strict=True)
    ]
    answered: list[_Answered] = []
    pinned = parameters
    for start, part in parts:
        answer = _calibrate(transport, part, pinned, chosen, start)
        if answer.part.version is not None and pinned.version is None:
            pinned = replace(pinned, version=answer.part.version)
            # A curve that was fitted after the first parts had gone through raw: they are calibrated, too.
            again = replace(pinned, observe=False)
            answered = [
                _calibrate(transport, earlier, again, chosen, earlier_start)
                for earlier_start, earlier in parts[: len(answered)]
            ]
        answered.append(answer)
    return _joined(samples, answered, parameters.reward_model)


def _starts(samples: Samples, chosen: Format, max_batch: int) -> list[int]:
    size = bytes_of(samples, chosen)
    fitting = max_batch if size <= LARGEST_BODY else int(LARGEST_BODY * len(samples) / size)
    return list(range(0, len(samples), max(1, min(max_batch, fitting))))


def _calibrate(
    transport: Transport, part: Samples, parameters: CalibrateParameters, chosen: Format, start: int
) -> _Answered:
    content: bytes
    if chosen == "columns":
        content, kind = json_body({**parameters.body(), "columns": columns_of(part)}), "application/json"
    else:
        content, kind = arrow_body(part), ARROW
    response = transport.request(
        "POST",
        "/v1/calibrate",
        query=() if chosen == "columns" else parameters.query(),
        body=content,
        content_type=kind,
        # Samples that are observed twice count twice in a refit.
        repeatable=not parameters.observe,
        row_of=lambda row: start + row,
        form=part.form.shifted(start),
    )
    if chosen == "columns":
        read = understood(read_columns, response.json(), len(part))
    else:
        read = understood(read_arrow, response.body, len(part))
    unused = response.headers.get(UNUSED, "")
    return _Answered(read, tuple(name for name in unused.split(", ") if name))


def _joined(samples: Samples, answered: Sequence[_Answered], reward_model: str) -> Calibrated:
    form = samples.form
    parts = [answer.part for answer in answered]
    unused = tuple(dict.fromkeys(name for answer in answered for name in answer.unused))
    last = parts[-1]
    return Calibrated(
        rewards=form.restore(_concatenated([part.rewards for part in parts]), "calibrated_reward"),
        biases=form.restore(_concatenated([part.biases for part in parts]), "bias"),
        extrapolated=form.restore(_concatenated([part.extrapolated for part in parts]), "extrapolated"),
        version=last.version,
        calibrated=last.calibrated,
        unused=unused,
        answer={"reward_model": reward_model, "version": last.version, "calibrated": last.calibrated},
    )


def _concatenated(columns: Sequence[Floats | Flags]) -> Any:
    if any(isinstance(column, list) for column in columns):
        return [value for column in columns for value in column]
    import numpy

    return numpy.concatenate(columns)
